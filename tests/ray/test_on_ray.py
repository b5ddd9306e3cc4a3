"""Batches on Ray, with a real recogniser, and what is killed meanwhile: ``make test-ray``, in its own environment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from emads_voice.voice.sound.audio import Audio

SPEECH = Path(__file__).parents[1] / "recordings" / "en_long_lj001_01-08.flac"
COUNT = 16
PATIENCE_S = 240.0


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with recordings, each another, and a copy."""
    calls = tmp_path / "calls"
    calls.mkdir()
    speech = Audio.load(SPEECH, max_rate=16_000)
    for number in range(COUNT):
        speech.clip(3 * number, 3 * number + 2.5).save(calls / f"{number:02}.wav")
    (calls / "copy.wav").write_bytes((calls / "00.wav").read_bytes())
    return tmp_path


class Batch:
    """The command, running."""

    def __init__(self, home: Path, *more: str) -> None:
        self.out = home / "out"
        command = [sys.executable, "-m", "emads_voice", "batch", "calls", "--do", "transcribe"]
        command += ["--out", "out", "--on", "ray", "--at-once", "2", *more]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("EMADS_")}
        environment |= {"EMADS_DATA_DIR": str(home / "data")}
        self.process = subprocess.Popen(
            command, cwd=home, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    @property
    def made(self) -> dict[Path, int]:
        """The results so far, and when each was written."""
        return {path: path.stat().st_mtime_ns for path in self.out.glob("*/result.json")}

    def wait_for(self, results: int) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while len(self.made) < results:
            assert self.process.poll() is None, self.process.communicate()[1]
            assert time.monotonic() < deadline
            time.sleep(0.1)

    def below(self, name: str) -> list[int]:
        """The processes of this command that are called so."""
        parents, names = {}, {}
        for folder in Path("/proc").iterdir():
            try:
                if folder.name.isdigit():
                    status = (folder / "stat").read_text().rpartition(")")[2].split()
                    parents[int(folder.name)] = int(status[1])
                    names[int(folder.name)] = (folder / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue

        def ours(pid: int) -> bool:
            return pid == self.process.pid or (pid in parents and ours(parents[pid]))

        return [pid for pid in parents if ours(pid) and name in names[pid]]

    def end(self) -> tuple[int, str, str]:
        out, err = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, out, err


Start = Callable[..., Batch]


@pytest.fixture
def start(home: Path) -> Iterator[Start]:
    running: list[Batch] = []

    def begin(*more: str) -> Batch:
        running.append(Batch(home, *more))
        return running[-1]

    yield begin
    for batch in running:
        batch.process.kill()
        batch.process.communicate()


def check_whole(batch: Batch) -> None:
    """There is one result for each recording, and every file of it."""
    files = json.loads((batch.out / "summary.json").read_text())["files"]
    assert len(files) == COUNT + 1
    assert {each["state"] for each in files} == {"done"}
    named = {each["result"] for each in files}
    folders = {path.name for path in batch.out.iterdir() if path.is_dir()}
    assert folders == named
    assert len(named) == COUNT
    for name in named:
        assert (batch.out / name / "transcript.json").is_file()
        assert (batch.out / name / "transcript.vtt").is_file()


def test_a_killed_worker_and_a_killed_driver(start: Start) -> None:
    first = start()
    first.wait_for(2)
    os.kill(first.below("ray::MapWorker")[0], signal.SIGKILL)
    first.wait_for(7)
    kept = first.made
    first.process.kill()
    first.process.communicate()
    second = start()
    status, out, err = second.end()
    assert status == 0, err
    check_whole(second)
    assert kept.items() <= second.made.items(), "what was done is not done again"
    assert f"{COUNT} done" in out
    assert len(out.splitlines()) == 1, "Ray prints nothing there"


def test_a_cluster_that_is_gone_is_one_sentence(start: Start) -> None:
    batch = start()
    batch.wait_for(2)
    os.kill(batch.below("raylet/raylet")[0], signal.SIGKILL)
    status, _, err = batch.end()
    kept = batch.made
    assert status == 1
    (sentence,) = [line for line in err.splitlines() if line.startswith("emads-voice: ")]
    assert sentence.startswith("emads-voice: Ray cannot go on: ")
    assert "The results so far are kept" in sentence
    assert len(kept) >= 2


def test_a_cluster_that_is_not_there_is_one_sentence(start: Start) -> None:
    for address, why in [
        (
            "127.0.0.1:9",
            "there is no cluster at 127.0.0.1:9 (connection refused): name another with --address",
        ),
        ("nonsense", '"nonsense" is no address of a cluster: write it as host:port'),
    ]:
        status, _, err = start("--address", address).end()
        assert status == 1
        (sentence,) = [line for line in err.splitlines() if line.startswith("emads-voice: ")]
        assert sentence.startswith(f"emads-voice: Ray cannot go on: {why}.")
