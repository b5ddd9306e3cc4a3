"""``emads-voice languages``: honest about the recognisers and voices that are set."""

from __future__ import annotations

from pathlib import Path

import pytest

from emads_voice import configured_backends
from emads_voice.testing.speech import ScriptedRecognizer, ScriptedSynthesizer
from emads_voice.voice.languages import ENGLISH, LANGUAGES, VIETNAMESE, Language, find_language

from .conftest import Run


class Timed(ScriptedRecognizer):
    timed_languages: tuple[Language, ...] = (ENGLISH,)


@pytest.fixture
def two_of_each(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001  # home clears the settings
    monkeypatch.setenv("EMADS_ASR", "few|many")
    monkeypatch.setenv("EMADS_TTS", "few|many")
    recognizers = {"few": Timed([], ENGLISH, "few:a", (ENGLISH, VIETNAMESE)), "many": ScriptedRecognizer([])}
    synthesizers = {
        "few": ScriptedSynthesizer(languages=(VIETNAMESE,), name="few:b"),
        "many": ScriptedSynthesizer(),
    }
    monkeypatch.setattr(configured_backends, "make_recognizer", lambda settings: recognizers[settings.asr])
    monkeypatch.setattr(configured_backends, "make_synthesizer", lambda settings: synthesizers[settings.tts])


@pytest.mark.usefixtures("two_of_each")
def test_each_is_heard_and_spoken_by_the_first_that_can(run: Run) -> None:
    (rows,) = run("languages", "--json").values
    assert [row["name"] for row in rows] == [language.name for language in LANGUAGES]
    by_code = {row["code"]: row for row in rows}
    assert by_code["en"] == {
        "name": "English",
        "code": "en",
        "dialect_of": None,
        "recognizer": "few:a",
        "word_times": True,
        "synthesizer": "scripted:synthesizer",
    }
    vietnamese = by_code["vi"]
    assert (vietnamese["recognizer"], vietnamese["word_times"]) == ("few:a", False)
    assert vietnamese["synthesizer"] == "few:b"
    sichuan = by_code["zh-CN-SC"]
    assert (sichuan["dialect_of"], sichuan["recognizer"]) == ("Chinese", "scripted:recognizer")
    assert (sichuan["word_times"], sichuan["synthesizer"]) == (False, None)
    assert by_code["yue-HK"]["dialect_of"] == "Cantonese"


@pytest.mark.usefixtures("two_of_each")
def test_a_person_reads_a_table(run: Run) -> None:
    ran = run("languages")
    lines = ran.out.splitlines()
    assert len(lines) == 53
    assert lines[0].split() == [
        "Language",
        "Code",
        "Dialect",
        "of",
        "Heard",
        "by",
        "Word",
        "times",
        "Spoken",
        "by",
    ]
    assert lines[2].split() == ["English", "en", "few:a", "yes", "scripted:synthesizer"]


@pytest.mark.usefixtures("home")
def test_the_embedded_models_are_told_of_without_loading_them(run: Run) -> None:
    pytest.importorskip("espeakng_loader", reason='it takes the extra "local"')
    (rows,) = run("languages", "--json").values
    by_name = {row["name"]: row for row in rows}
    assert by_name["English"]["recognizer"] == "whisper:base"
    assert by_name["Vietnamese"]["word_times"]
    assert by_name["Cantonese"]["recognizer"] is None
    assert by_name["English"]["synthesizer"] == "piper"
    assert by_name["Vietnamese"]["synthesizer"] == "espeak"
    assert find_language("Wu").name in by_name


@pytest.mark.usefixtures("home")
def test_an_unknown_recogniser_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMADS_ASR", "nobody")
    ran = run("languages", "--json")
    assert ran.status == 1
    assert ran.values[0]["error"].startswith("Unknown recogniser 'nobody'")
