"""``emads-voice transcribe`` where the model does not matter."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emads_voice import configured_backends
from emads_voice.testing.speech import ScriptedRecognizer
from emads_voice.voice.errors import LanguageError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.transcription.watching import watching

from .conftest import Run

Hears = Callable[..., ScriptedRecognizer]
Record = Callable[..., str]


def test_text_is_one_line_for_each_recording(run: Run, hears: Hears, record: Record) -> None:
    hears("Book a room.", "", "[bold]Nine[/].")
    ran = run("transcribe", record("a.wav"), record("quiet.wav"), record("b.wav"))
    assert (ran.status, ran.out) == (0, "Book a room.\n\n[bold]Nine[/].\n")
    assert ran.complaints == ["quiet.wav: nobody speaks in it."]


def test_one_bad_recording_does_not_stop_the_others(
    run: Run, hears: Hears, record: Record, home: Path
) -> None:
    (home / "text.wav").write_text("Dear Sir or Madam")
    hears("One.", LanguageError("scripted cannot hear Cantonese: choose another language."), "Three.")
    names = [record("a.wav"), "text.wav", record("b.wav"), record("c.wav")]
    ran = run("transcribe", *names, "--format", "json")
    assert ran.status == 1
    assert [value["file"] for value in ran.values] == names
    assert [value.get("text") for value in ran.values] == ["One.", None, None, "Three."]
    assert ran.complaints == [ran.values[1]["error"], ran.values[2]["error"]]
    assert ran.complaints[0].startswith("text.wav is damaged or no recording: give a whole wav, flac")
    assert ran.complaints[1] == "b.wav: scripted cannot hear Cantonese: choose another language."


def test_json_says_all_that_is_known(run: Run, hears: Hears, record: Record, home: Path) -> None:
    hears("Book a room.")
    (value,) = run("transcribe", record("a.wav"), "--format", "json").values
    assert value == {
        "file": "a.wav",
        "text": "Book a room.",
        "language": "English",
        "language_code": "en",
        "duration_s": 0.5,
        "model": "scripted:recognizer",
        "audio_sha256": Audio.load(home / "a.wav").sha256,
        "faults": [],
        "other_languages": [],
        "failures": [],
        "gaps": 0,
        "gaps_s": 0,
        "segments": [{"text": "Book a room.", "start_s": 0, "end_s": 0.5, "language_code": "en"}],
        "words": [],
        "words_unavailable": "",
    }


def test_a_recording_that_is_cut_off_is_used_as_far_as_it_goes(
    run: Run, hears: Hears, record: Record, home: Path
) -> None:
    whole = (home / record("a.wav")).read_bytes()
    (home / "cut.wav").write_bytes(whole[: len(whole) // 2])
    hears("Book a")
    ran = run("transcribe", "cut.wav", "--format", "json")
    assert ran.status == 3
    (value,) = ran.values
    assert value["text"] == "Book a"
    (fault,) = value["faults"]
    assert fault.startswith("it is cut off: ")
    assert ran.complaints == [f"cut.wav: {fault}. The rest is used."]
    strict = run("transcribe", "cut.wav", "--format", "json", "--strict")
    assert strict.status == 1
    assert strict.complaints == [f"cut.wav: {fault}. To use the rest, leave --strict out."]


class Watched(ScriptedRecognizer):
    """Tells whoever watches each segment of its script, and breaks off where that says so."""

    async def transcribe(self, audio: Audio, **asked: Any) -> Transcript:
        transcript = await super().transcribe(audio, **asked)
        watcher = watching()
        assert watcher
        for number, segment in enumerate(transcript.segments, start=1):
            watcher.heard(number, len(transcript.segments), [segment])
        if transcript.model == "interrupted":
            raise KeyboardInterrupt
        return transcript


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Callable[[Transcript], None]:
    def script(transcript: Transcript) -> None:
        monkeypatch.setattr(configured_backends, "make_recognizer", lambda _: Watched([transcript]))

    return script


PARTS = (Segment("Book a", 0, 1), Segment("", 2, 4), Segment("room.", 5, 6, VIETNAMESE))
LONG = Transcript("Book a room.", ENGLISH, 6, "m", PARTS, other_languages=(VIETNAMESE,))


def test_text_is_printed_as_it_is_written_down(
    run: Run, watched: Callable[[Transcript], None], record: Record
) -> None:
    watched(LONG)
    ran = run("transcribe", record("a.wav"))
    assert (ran.status, ran.out) == (3, "Book a [inaudible 2.0–4.0] room.\n")
    assert ran.complaints == [
        "a.wav: 2.0 s of speech could not be understood, in 1 place marked [inaudible …]."
    ]


@pytest.mark.parametrize("printed_early", [True, False])
def test_json_lines_are_a_segment_each_and_then_the_whole(
    run: Run,
    watched: Callable[[Transcript], None],
    hears: Hears,
    record: Record,
    printed_early: bool,
) -> None:
    if printed_early:
        watched(
            replace(LONG, segments=tuple(replace(part, language=part.language or ENGLISH) for part in PARTS))
        )
    else:
        hears(LONG)
    *segments, whole = run("transcribe", record("a.wav"), "--format", "jsonl").values
    assert [(part["file"], part["text"], part["start_s"]) for part in segments] == [
        ("a.wav", "Book a", 0),
        ("a.wav", "", 2),
        ("a.wav", "room.", 5),
    ]
    assert [part["language_code"] for part in segments][::2] == ["en", "vi"]
    assert (whole["text"], whole["gaps"], whole["gaps_s"]) == ("Book a room.", 1, 2)
    assert "segments" not in whole


def test_what_was_written_down_before_an_interruption_is_kept(
    run: Run, watched: Callable[[Transcript], None], record: Record
) -> None:
    watched(replace(LONG, model="interrupted"))
    ran = run("transcribe", record("a.wav"))
    assert (ran.status, ran.out) == (130, "Book a [inaudible 2.0–4.0] room.\n")
    assert "a.wav: interrupted; it is written down up to 6.0 s, and nothing after that." in ran.complaints


def test_json_too_has_what_was_written_down_before_an_interruption(
    run: Run, watched: Callable[[Transcript], None], record: Record
) -> None:
    watched(replace(LONG, model="interrupted"))
    ran = run("transcribe", record("a.wav"), "--format", "json")
    (value,) = ran.values
    assert [part["text"] for part in value["segments"]] == ["Book a", "", "room."]
    assert "interrupted" in value["error"]


def test_parts_that_failed_are_told(run: Run, hears: Hears, record: Record) -> None:
    failed = (Segment("The server is gone.", 2, 4),)
    hears(Transcript("Book a room.", ENGLISH, 6, "m", PARTS, failures=failed))
    ran = run("transcribe", record("a.wav"), "--format", "json")
    assert ran.status == 3
    assert ran.complaints[0] == "a.wav: 2.0–4.0 s could not be recognised: The server is gone."
    assert ran.values[0]["failures"] == [{"text": "The server is gone.", "start_s": 2, "end_s": 4}]


def stereo(home: Path, left: float, right: float) -> str:
    """Somebody on the left, then somebody on the right, so loud."""
    time = np.arange(3 * 16_000)
    hum = np.sin(time * 0.1)
    both = np.zeros((6 * 16_000, 2))
    both[: len(time), 0], both[len(time) :, 1] = hum * left, hum * right
    with wave.open(str(home / "call.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(np.rint(both * 32767).astype("<i2").tobytes())
    return "call.wav"


def test_the_sides_of_a_call_are_heard_each_by_itself(run: Run, hears: Hears, home: Path) -> None:
    agent = Transcript("How can I help?", ENGLISH, 6, "m", (Segment("How can I help?", 0, 3),))
    customer = Transcript("Book a room.", ENGLISH, 6, "m", (Segment("Book a room.", 3, 6),))
    recognizer = hears(agent, customer)
    ran = run("transcribe", stereo(home, 0.5, 0.02))
    assert ran.out == "left: How can I help?\nright: Book a room.\n"
    peaks = [float(np.abs(audio.samples).max()) for audio, *_ in recognizer.asked]
    assert peaks == pytest.approx([0.5, 0.1], abs=0.01), "a quiet side is made as loud as others"


def test_channels_are_mixed_where_they_are_no_call_or_it_is_asked(run: Run, hears: Hears, home: Path) -> None:
    hears("Book a room.", "Book a room.", "Book", "a room.")
    assert run("transcribe", stereo(home, 0.5, 0.0)).out == "Book a room.\n"
    name = stereo(home, 0.5, 0.5)
    assert run("transcribe", name, "--channels", "mix").out == "Book a room.\n"
    assert run("transcribe", name, "--channels", "split").out == "left: Book\nright: a room.\n"


def test_standard_input_may_be_a_call(
    run: Run, hears: Hears, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = (home / stereo(home, 0.5, 0.5)).read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    hears("Book", "a room.")
    assert run("transcribe", "-").out == "left: Book\nright: a room.\n"


def test_a_track_there_is_not(run: Run, record: Record) -> None:
    ran = run("transcribe", record("a.wav"), "--track", "2")
    assert ran.status == 1
    assert ran.complaints == ["a.wav has 1 sound track, and no track 2: leave --track out."]


def test_json_shows_words_and_every_language(run: Run, hears: Hears, record: Record) -> None:
    words = (Segment("Book", 0, 0.1234), Segment(" phòng.", 0.2, 0.5))
    hears(Transcript("Book phòng.", ENGLISH, 0.5, "m", words[:1], "", (VIETNAMESE,), words))
    (value,) = run("transcribe", record("a.wav"), "--format", "json").values
    assert value["other_languages"] == ["Vietnamese"]
    assert value["words"][0] == {"text": "Book", "start_s": 0, "end_s": 0.123}


def test_subtitles_tell_when_there_are_no_times_of_words(run: Run, hears: Hears, record: Record) -> None:
    transcript = Transcript(
        "Xin chào.", VIETNAMESE, 0.5, "m", words_unavailable="The aligner knows no Vietnamese."
    )
    hears(transcript, transcript)
    ran = run("transcribe", record("a.wav"), "--format", "srt")
    assert ran.complaints == ["a.wav: The aligner knows no Vietnamese."]


def test_hotwords_are_told_to_the_recogniser(
    run: Run, hears: Hears, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMADS_HOTWORDS", "EMADS, Bình Dương,")
    recognizer = hears("One.", "Two.")
    run("transcribe", record("a.wav"))
    run("transcribe", record("a.wav"), "--hotwords", "Kubernetes")
    assert [hotwords for _, _, hotwords in recognizer.asked] == [
        ("EMADS", "Bình Dương"),
        ("EMADS", "Bình Dương", "Kubernetes"),
    ]


@pytest.mark.parametrize(
    ("form", "subtitles"),
    [
        ("srt", "1\n00:00:00,000 --> 00:00:01,500\nBook a room.\n"),
        ("vtt", "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nBook a room.\n"),
    ],
)
def test_subtitles_are_printed(run: Run, hears: Hears, record: Record, form: str, subtitles: str) -> None:
    hears(Transcript("Book a room.", ENGLISH, 2.0, "m", (Segment("Book a room.", 0, 1.5),)))
    ran = run("transcribe", record("a.wav"), "--format", form)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.strip() == subtitles.strip()


def test_subtitles_take_one_recording(run: Run, record: Record) -> None:
    ran = run("transcribe", record("a.wav"), record("b.wav"), "--format", "srt")
    assert (ran.status, ran.complaints) == (2, ["--format srt takes one recording at a time: give one."])


def test_an_unknown_format_is_refused(run: Run, record: Record) -> None:
    ran = run("transcribe", record("a.wav"), "--format", "xml")
    assert ran.status == 2
    assert "xml" in ran.err


def test_a_recogniser_that_cannot_be_had_is_json_too(
    run: Run, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMADS_ASR", "whisper:missing")
    ran = run("transcribe", record("a.wav"), "--format", "json")
    assert ran.status == 1
    assert ran.values == [{"error": ran.complaints[0]}]
    assert "Whisper model 'missing' is not complete" in ran.complaints[0]


def test_a_reader_who_leaves_is_not_complained_about(
    run: Run, hears: Hears, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Closed(io.TextIOWrapper):
        def write(self, text: str) -> int:
            raise BrokenPipeError(32, "Broken pipe")

    hears("One.", "Two.")
    names = [record("a.wav"), record("b.wav")]
    monkeypatch.setattr("sys.stdout", Closed(io.BytesIO(), encoding="utf-8"))
    ran = run("transcribe", *names, "--format", "json")
    assert (ran.status, ran.err) == (1, "")


@pytest.mark.parametrize(
    "command", [("transcribe", "a.wav"), ("ask", "a.wav"), ("say", "Hi", "--out", "b.wav")]
)
def test_a_language_nobody_knows_is_a_wrong_command_line(run: Run, command: tuple[str, ...]) -> None:
    ran = run(*command, "--language", "klingon")
    assert ran.status == 2
    assert ran.complaints[-1].startswith("Unknown language 'klingon': ")
    if command[0] == "transcribe":
        (value,) = run(*command, "--language", "klingon", "--format", "json").values
        assert value == {"error": ran.complaints[-1]}
