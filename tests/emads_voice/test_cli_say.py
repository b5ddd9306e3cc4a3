"""``emads-voice say`` where the voice does not matter."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from emads_voice.testing.speech import ScriptedSynthesizer
from emads_voice.voice.errors import SynthesisError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.synthesizers.fallback import FallbackSynthesizer

from .conftest import Run


def test_the_language_of_a_text_is_found_or_given(run: Run, voice: ScriptedSynthesizer, home: Path) -> None:
    ran = run("say", "Xin chào quý khách.", "--out", "hello.wav")
    assert (ran.status, ran.out) == (0, "")
    spoken = Audio.load(home / "hello.wav").duration_s
    assert ran.complaints == [f"hello.wav: {spoken:.1f} s of Vietnamese."]
    assert run("say", "OK", "--out", "ok.wav", "--language", "Vietnamese").status == 0
    assert [language for _, language in voice.spoken] == [VIETNAMESE, VIETNAMESE]


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        ((" ", "--out", "a.wav"), 2, "Give some words to say."),
        (("!!!", "--out", "a.wav"), 1, "There was nothing in the text that can be spoken: give words."),
        (
            ("Hi", "--out", "no/a.wav"),
            1,
            "Cannot write no/a.wav: no such file or directory; name another file with --out.",
        ),
        (("Hi", "--out", "."), 1, ". is a folder: name a file in it, such as reply.wav."),
        (("Hi", "--out", "a.wav", "--language", "tlh"), 2, "Unknown language 'tlh': did you mean"),
        (
            ("Hi", "--out", "a.wav", "--language", "fr"),
            1,
            "scripted:synthesizer does not speak French: add it to its languages.",
        ),
    ],
)
@pytest.mark.usefixtures("voice")
def test_what_cannot_be_said_is_told(
    run: Run, home: Path, arguments: tuple[str, ...], status: int, sentence: str
) -> None:
    ran = run("say", *arguments)
    assert ran.status == status
    assert len(ran.complaints) == 1
    assert ran.complaints[0].startswith(sentence)
    assert list(home.iterdir()) == []


def test_a_voice_that_fails_is_replaced_and_told_once(
    run: Run, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    down = {text: SynthesisError("It is down.") for text in ("One.", "Two.")}
    candidates = [ScriptedSynthesizer(down, name="best"), ScriptedSynthesizer(languages=[ENGLISH])]
    monkeypatch.setattr(
        "emads_voice.configured_backends.make_synthesizer", lambda _: FallbackSynthesizer(candidates)
    )
    ran = run("say", "One. Two.", "--out", "a.wav")
    assert ran.status == 3
    assert ran.complaints[0] == "best cannot speak: It is down."
    assert ran.err.count("It is down") == 1
    assert (home / "a.wav").exists()
    assert logging.getLogger("emads_voice").handlers == []
