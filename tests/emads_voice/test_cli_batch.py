"""``emads-voice batch`` where the model does not matter."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from emads_voice.batch import on_ray
from emads_voice.voice.errors import RecognitionError
from emads_voice.voice.recognizer import Segment, Transcript

from .conftest import Run
from .test_cli_meeting import HEARD
from .test_cli_transcribe import Hears, Record

RECORDINGS = Path(__file__).parents[1] / "recordings"


def summary(home: Path) -> dict[str, dict[str, object]]:
    """What became of each file, by name."""
    files = json.loads((home / "out" / "summary.json").read_text())["files"]
    return {Path(each["file"]).name: each for each in files}


@pytest.fixture
def calls(home: Path, record: Record) -> Path:
    (home / "calls").mkdir()
    for number, name in enumerate(("a", "b"), start=1):
        record(f"calls/{name}.wav", number)
    (home / "calls" / "copy.wav").write_bytes((home / "calls" / "a.wav").read_bytes())
    (home / "calls" / "text.wav").write_text("Dear Sir or Madam")
    (home / "calls" / "notes.txt").write_text("")
    return home / "calls"


@pytest.mark.usefixtures("calls")
def test_one_result_for_each_sound(run: Run, hears: Hears, home: Path) -> None:
    hears("One.", "Two.")
    ran = run("batch", "calls", "--do", "transcribe", "--out", "out", "--at-once", "1")
    assert ran.status == 1
    assert ran.out.startswith("2 done, 1 more are copies, 1 failed; 3 s of sound, in ")
    assert ran.complaints == [
        "1 file is left out, not named like a recording: calls/notes.txt",
        "calls/text.wav is damaged or no recording: give a whole wav, flac, ogg, mp3, m4a or webm file.",
    ]
    files = summary(home)
    assert list(files) == ["a.wav", "b.wav", "copy.wav", "text.wav"]
    assert files["copy.wav"]["same_as"] == "calls/a.wav"
    assert files["copy.wav"]["result"] == files["a.wav"]["result"]
    assert files["text.wav"]["state"] == "failed"
    texts = {
        name: (home / "out" / str(files[name]["result"]) / "transcript.txt").read_text()
        for name in ("a.wav", "b.wav")
    }
    assert texts == {"a.wav": "One.\n", "b.wav": "Two.\n"}


def test_the_same_command_goes_on_where_it_was(run: Run, hears: Hears, calls: Path, home: Path) -> None:
    (calls / "text.wav").unlink()
    (calls / "b.wav").rename(home / "b.wav")
    hears("One.")
    assert run("batch", "calls", "--do", "transcribe", "--out", "out").status == 0
    (home / "b.wav").rename(calls / "b.wav")
    (calls / "a.wav").rename(calls / "renamed.wav")
    heard = hears("Two.")
    ran = run("batch", "calls", "--do", "transcribe", "--out", "out")
    assert ran.status == 0
    assert ran.out.startswith("2 done (1 of them before), 1 more are copies; 3 s of sound")
    assert len(heard.asked) == 1
    other = hears("Eins.", "Zwei.")
    again = run("batch", "calls", "--do", "transcribe", "--out", "out", "--hotwords", "Kubernetes")
    assert (again.status, len(other.asked)) == (0, 2), "what is asked is another version"
    assert len([path for path in (home / "out").iterdir() if path.is_dir()]) == 4


def test_meetings_become_minutes(run: Run, hears: Hears, calls: Path, home: Path) -> None:
    for name in ("b.wav", "text.wav"):
        (calls / name).unlink()
    hears(HEARD)
    ran = run("batch", "calls", "--do", "meeting", "--out", "out", "--time-zone", "UTC")
    assert ran.status == 0
    made = home / "out" / str(summary(home)["a.wav"]["result"])
    assert sorted(path.name for path in made.iterdir()) == [
        "actions.json",
        "calendar.ics",
        "minutes.md",
        "result.json",
        "transcript.json",
        "transcript.srt",
        "transcript.vtt",
    ]
    assert "send the report by Friday" in (made / "minutes.md").read_text()


def test_calls_are_judged(run: Run, hears: Hears, calls: Path, home: Path) -> None:
    for name in ("b.wav", "text.wav"):
        (calls / name).unlink()
    hears(HEARD)
    ran = run("batch", "calls", "--do", "quality", "--out", "out", "--time-zone", "UTC")
    assert ran.status == 0, ran.err
    made = home / "out" / str(summary(home)["a.wav"]["result"])
    (judged,) = made.glob("*.quality.json")
    assert json.loads(judged.read_text())["scorecard"]["name"] == "support"
    assert judged.with_suffix(".md").is_file()
    assert run("quality", "report", "out").status == 0
    hears(HEARD)
    other = run(
        "batch",
        "calls",
        "--do",
        "quality",
        "--out",
        "out",
        "--scorecard",
        "collections_vn",
        "--time-zone",
        "UTC",
    )
    assert other.status == 0
    assert other.out.startswith("1 done, "), "another scorecard is another version"


def test_what_is_missing_is_told(run: Run, hears: Hears, calls: Path, home: Path) -> None:
    (calls / "text.wav").unlink()
    gap = Segment("", 0, 1)
    hears(Transcript("", None, 1, "scripted:recognizer", (gap,), "sha"), "Two.")
    ran = run("batch", "calls", "--do", "transcribe", "--out", "out", "--at-once", "1")
    assert ran.status == 3
    assert (
        ran.complaints[-1]
        == "Of 1 something is missing: see their remarks in " + str(home / "out" / "summary.json") + "."
    )
    assert summary(home)["a.wav"]["remarks"] == [
        "1.0 s of speech could not be understood, in 1 place marked [inaudible …]."
    ]


def test_a_recogniser_that_fails_again_and_again_stops_the_batch(
    run: Run, hears: Hears, record: Record, home: Path
) -> None:
    (home / "calls").mkdir()
    for number in range(1, 10):
        record(f"calls/{number}.wav", number)
    hears("One.", *(RecognitionError("Out of memory.") for _ in range(8)))
    ran = run("batch", "calls", "--do", "transcribe", "--out", "out", "--at-once", "1")
    assert ran.status == 1
    assert ran.complaints[-1].startswith("The recogniser failed on 5 recordings one after the other")
    assert sorted(str(each["state"]) for each in summary(home).values()) == [
        "done",
        *5 * ["failed"],
        *3 * ["left"],
    ]


@pytest.mark.parametrize(
    ("arguments", "status", "complaint"),
    [
        (["nowhere", "--do", "meeting"], 1, "Cannot read nowhere: there is no such folder"),
        (["empty", "--do", "meeting"], 1, "There are no recordings in empty"),
        (["calls", "--do", "sing"], 2, "Invalid value for '--do'"),
        (["calls", "--do", "meeting", "--time-zone", "Nowhere"], 1, 'There is no time zone "Nowhere"'),
        (["calls", "--do", "quality", "--scorecard", "no"], 1, 'There is no scorecard "no"'),
        (["calls", "--do", "transcribe", "--language", "Klingon"], 2, "Klingon"),
        (["calls", "--do", "transcribe", "--out", "calls/a.wav/x"], 1, "Cannot write to calls/a.wav/x"),
    ],
)
@pytest.mark.usefixtures("calls")
def test_what_cannot_be_is_one_sentence(
    run: Run, hears: Hears, home: Path, arguments: list[str], status: int, complaint: str
) -> None:
    (home / "empty").mkdir()
    hears()
    ran = run("batch", *arguments, *([] if "--out" in arguments else ["--out", "out"]))
    assert ran.status == status
    (said,) = [line for line in ran.complaints if "left out" not in line]
    assert complaint in said.replace(f"{home}/", "")


def test_a_killed_batch_goes_on(home: Path) -> None:
    (home / "calls").mkdir()
    for name in ("en_jfk", "en_cards_005", "en_cv_no", "en_az_weather"):
        (home / "calls" / f"{name}.flac").write_bytes((RECORDINGS / f"{name}.flac").read_bytes())
    command = [sys.executable, "-m", "emads_voice", "batch", "calls", "--do", "transcribe", "--out", "out"]
    command += ["--at-once", "1"]
    environment = {name: value for name, value in os.environ.items() if name != "EMADS_MODELS_DIR"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None and not list((home / "out").glob("*/result.json")):
            pass  # killed as soon as there is a first result
        os.kill(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    first = {path: path.stat().st_mtime_ns for path in (home / "out").glob("*/result.json")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    made = {path: path.stat().st_mtime_ns for path in (home / "out").glob("*/result.json")}
    assert len(made) == 4
    assert first.items() <= made.items(), "what was done is not done again"
    assert f"4 done ({len(first)} of them before)" in done.stdout


@pytest.mark.usefixtures("calls")
def test_without_ray_it_is_said_how_to_install_it(
    run: Run, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setattr(on_ray, "find_spec", lambda _: None)
    ran = run("batch", "calls", "--do", "transcribe", "--out", "out", "--on", "ray")
    assert ran.status == 1
    (said,) = ran.complaints
    assert re.fullmatch(r"--on ray needs Ray: .*pip install .*\[ray\]\"", said)
    assert not (home / "out").exists()


@pytest.mark.usefixtures("calls")
def test_an_address_is_of_ray(run: Run) -> None:
    ran = run("batch", "calls", "--do", "transcribe", "--out", "out", "--address", "10.0.0.1:6379")
    assert (ran.status, ran.complaints) == (2, ["--address is of a cluster of Ray: add --on ray."])
