"""``emads-voice transcribe`` where the model does not matter."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from emads_voice.testing.speech import ScriptedRecognizer
from emads_voice.voice.audio import Audio
from emads_voice.voice.errors import LanguageError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE
from emads_voice.voice.recognizer import Segment, Transcript

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
        "other_languages": [],
        "segments": [{"text": "Book a room.", "start_s": 0, "end_s": 0.5}],
        "words": [],
        "words_unavailable": "",
    }


def test_json_shows_words_and_every_language(run: Run, hears: Hears, record: Record) -> None:
    words = (Segment("Book", 0, 0.1234), Segment(" phòng.", 0.2, 0.5))
    hears(Transcript("Book phòng.", ENGLISH, 0.5, "m", words[:1], "", (VIETNAMESE,), words))
    (value,) = run("transcribe", record("a.wav"), "--format", "json").values
    assert value["other_languages"] == ["Vietnamese"]
    assert value["words"][0] == {"text": "Book", "start_s": 0, "end_s": 0.123}


def test_subtitles_tell_when_there_are_no_times_of_words(run: Run, hears: Hears, record: Record) -> None:
    heard = Transcript(
        "Xin chào.", VIETNAMESE, 0.5, "m", words_unavailable="The aligner knows no Vietnamese."
    )
    hears(heard, heard)
    ran = run("transcribe", record("a.wav"), "--format", "srt")
    assert ran.complaints == ["a.wav: The aligner knows no Vietnamese."]


def test_hotwords_are_told_to_the_recogniser(
    run: Run, hears: Hears, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMADS_HOTWORDS", "EMADS, Bình Dương,")
    recognizer = hears("One.", "Two.")
    run("transcribe", record("a.wav"))
    run("transcribe", record("a.wav"), "--hotwords", "Kubernetes")
    assert [context for _, _, context in recognizer.asked] == [
        "EMADS, Bình Dương",
        "EMADS, Bình Dương, Kubernetes",
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
    assert (ran.status, ran.complaints) == (2, ["--format srt takes one recording at a time."])


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
