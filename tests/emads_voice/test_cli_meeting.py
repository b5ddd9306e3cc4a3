"""``emads-voice meeting`` where the model does not matter."""

from __future__ import annotations

import json
import os
import wave
from pathlib import Path

import numpy as np
import pytest

from emads_voice.voice.languages import ENGLISH
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.sound.audio import Audio

from .conftest import Run
from .test_cli_transcribe import Hears

RECORDING = Path(__file__).parents[1] / "recordings" / "en_jfk.flac"
TEXT = "I will send the report by Friday. <script>alert(1)</script> We agreed to buy a printer."
HEARD = Transcript(
    TEXT,
    ENGLISH,
    11,
    "scripted:recognizer",
    (
        Segment("I will send the report by Friday.", 0, 3),
        Segment("<script>alert(1)</script> We agreed to buy a printer.", 3, 6),
    ),
    "sha",
)
WHEN = ("--date", "2026-11-25", "--time-zone", "Asia/Ho_Chi_Minh")


@pytest.fixture
def recording(home: Path) -> str:
    Audio.load(RECORDING, max_rate=16_000).save(home / "meeting.wav")
    os.utime(home / "meeting.wav", (0, 1_764_000_000))
    return "meeting.wav"


def test_minutes_are_printed(run: Run, hears: Hears, recording: str) -> None:
    hears(HEARD)
    ran = run("meeting", recording, *WHEN, "--speakers", "Lan")
    assert ran.status == 0
    assert "| Lan | send the report by Friday | 2026-11-27 |" in ran.out
    assert "\\<script\\>" in ran.out, "what people say is no markup"


def test_files_are_written(run: Run, hears: Hears, recording: str, home: Path) -> None:
    hears(HEARD)
    ran = run("meeting", recording, *WHEN, "--speakers", "Lan", "--out", "minutes/today", "--html")
    assert ran.status == 0
    folder = home / "minutes" / "today"
    names = [
        "transcript.json",
        "transcript.srt",
        "transcript.vtt",
        "minutes.md",
        "actions.json",
        "calendar.ics",
        "meeting.html",
    ]
    assert ran.out.splitlines() == [str(Path("minutes/today") / name) for name in names]
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    transcript = json.loads((folder / "transcript.json").read_text())
    assert [segment["speaker"] for segment in transcript["segments"]] == ["Lan", "Lan"]
    assert transcript["recorded_at"] == "2026-11-25T00:00:00+07:00"
    (action,) = json.loads((folder / "actions.json").read_text())["actions"]
    assert set(action) == {
        "owner", "task", "due", "due_text", "quote", "speaker", "start_s", "end_s", "line", "confidence",
    }  # fmt: skip
    assert "Lan: I will send the report" in (folder / "transcript.srt").read_text()
    assert "DTSTART;VALUE=DATE:20261127" in (folder / "calendar.ics").read_text()
    page = (folder / "meeting.html").read_text()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "data:audio/webm;base64,GkXfo" in page


def test_a_second_run_updates_the_calendar(run: Run, hears: Hears, recording: str, home: Path) -> None:
    hears(HEARD, HEARD)
    for _ in range(2):
        assert run("meeting", recording, *WHEN, "--out", "out").status == 0
    assert (home / "out" / "calendar.ics").read_text().count("BEGIN:VEVENT") == 1


def test_without_a_date_the_files_own_is_taken_and_told(run: Run, hears: Hears, recording: str) -> None:
    hears(HEARD)
    ran = run("meeting", recording, "--time-zone", "UTC")
    assert "2025-11-24 16:00 (UTC), by the file's own date" in ran.out


@pytest.mark.parametrize(
    ("arguments", "status", "complaint"),
    [
        (["nowhere.wav"], 1, "Cannot read nowhere.wav: there is no such file; give the path of a recording."),
        (["."], 1, "Cannot read .: it is a folder; give the path of a recording."),
        (["meeting.wav", "--html"], 2, "--html needs a folder to write the page to: give --out DIR."),
        (
            ["meeting.wav", "--date", "soon"],
            1,
            '"soon" is no date: write it as 2026-11-27 or 2026-11-27T09:00.',
        ),
        (
            ["meeting.wav", "--time-zone", "Nowhere"],
            1,
            'There is no time zone "Nowhere": write it as Asia/Ho_Chi_Minh or Europe/Berlin.',
        ),
        (
            ["meeting.wav", "--voice", "Lan"],
            2,
            '"Lan" is no voice: write it as NAME=FILE, such as Lan=lan.wav.',
        ),
        (
            ["meeting.wav", "--voice", "Lan=no.wav"],
            1,
            "Cannot read no.wav: no such file or directory; give the path of a recording.",
        ),
        (
            ["meeting.wav", "--channels", "split"],
            1,
            "meeting.wav has one channel, so there is nothing to split: leave --channels out.",
        ),
        (["meeting.wav", "--out", "meeting.wav/x"], 1, None),
        (["text.txt"], 1, None),
    ],
)
@pytest.mark.usefixtures("recording")
def test_what_cannot_be_is_one_sentence(
    run: Run,
    hears: Hears,
    home: Path,
    arguments: list[str],
    status: int,
    complaint: str | None,
) -> None:
    (home / "text.txt").write_text("Dear Sir or Madam")
    hears(HEARD)
    ran = run("meeting", *arguments)
    assert (ran.status, len(ran.complaints)) == (status, 1)
    if complaint:
        assert ran.complaints == [complaint]
    assert ran.out == ""


def test_a_damaged_recording_is_used_as_far_as_it_goes(
    run: Run, hears: Hears, recording: str, home: Path
) -> None:
    data = (home / recording).read_bytes()
    (home / "cut.wav").write_bytes(data[: len(data) // 2])
    hears(HEARD)
    ran = run("meeting", "cut.wav", *WHEN)
    assert ran.status == 3
    assert any("it is cut off" in complaint for complaint in ran.complaints)
    assert "send the report" in ran.out


@pytest.mark.parametrize("command", ["meeting", "quality"])
def test_a_channel_without_sound_is_told(run: Run, hears: Hears, home: Path, command: str) -> None:
    said = Audio.load(RECORDING, max_rate=16_000).samples
    both = np.stack([said, np.zeros_like(said)], axis=1)
    with wave.open(str(home / "call.wav"), "wb") as file:
        file.setparams((2, 2, 16_000, 0, "NONE", ""))
        file.writeframes((both * 32767).astype("<i2").tobytes())
    hears(HEARD)
    ran = run(command, "call.wav", *WHEN)
    assert ran.status == 3
    (complaint,) = [line for line in ran.complaints if "channel" in line]
    assert complaint == (
        "call.wav: nothing at all is heard on the right channel: whoever should be there was not recorded."
    )


@pytest.mark.parametrize("command", ["meeting", "quality"])
def test_one_sound_on_two_channels_is_not_split(run: Run, hears: Hears, home: Path, command: str) -> None:
    said = Audio.load(RECORDING, max_rate=16_000).samples
    with wave.open(str(home / "twice.wav"), "wb") as file:
        file.setparams((2, 2, 16_000, 0, "NONE", ""))
        file.writeframes((np.stack([said, said], axis=1) * 32767).astype("<i2").tobytes())
    hears(HEARD)
    ran = run(command, "twice.wav", "--channels", "split", *WHEN)
    assert ran.status == 1
    assert ran.complaints[-1] == (
        "twice.wav has the same sound on both channels, so there is nothing to split: leave --channels out."
    )
