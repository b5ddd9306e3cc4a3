"""``--play``: what is spoken is played by whatever plays sound here, and a failure costs nobody the answer."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from emads_voice.cli import player
from emads_voice.testing.speech import ScriptedRecognizer, ScriptedSynthesizer
from emads_voice.voice.sound.audio import Audio

from .conftest import Run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows plays by itself")

Hears = Callable[..., ScriptedRecognizer]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Puts programs of the given names on an otherwise empty PATH; returns the file in which each notes its arguments
    and keeps the sound it was given, beside it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def make(*names: str, fails: str = "") -> Path:
        for name in names:
            ending = f'echo "{fails}" >&2; exit 3' if fails else f'/bin/cp "$last" "{tmp_path}/heard.wav"'
            (folder / name).write_text(
                f'#!/bin/sh\nfor last; do :; done\necho {name} "$@" >> "{tmp_path}/played"\n{ending}\n'
            )
            (folder / name).chmod(0o755)
        return tmp_path / "played"

    return make


def test_an_answer_is_shown_and_played(
    run: Run, hears: Hears, home: Path, programs: Callable[..., Path]
) -> None:
    hears()
    played = programs("ffplay")
    ran = run("ask", "--text", "How do I book a room?", "--play")
    assert ran.status == 0
    assert "Answer" in ran.out
    assert played.read_text().split() == [
        "ffplay",
        "-nodisp",
        "-autoexit",
        "-loglevel",
        "error",
        "./reply.wav",
    ]
    assert (played.parent / "heard.wav").read_bytes() == (home / "reply.wav").read_bytes()


def test_a_name_is_never_an_option(run: Run, hears: Hears, programs: Callable[..., Path]) -> None:
    hears()
    played = programs("aplay")
    assert run("ask", "--text", "How do I book a room?", "--play", "--out", "--reply.wav").status == 0
    assert played.read_text().split() == ["aplay", "-q", "./--reply.wav"]


@pytest.mark.usefixtures("voice")
def test_what_is_said_may_be_played_without_being_kept(
    run: Run, home: Path, programs: Callable[..., Path]
) -> None:
    played = programs("paplay")
    assert run("say", "Good morning.", "--play").status == 0
    assert Audio.load(played.parent / "heard.wav").duration_s > 0.1
    assert list(home.iterdir()) == []
    assert run("say", "Good morning.", "--play", "--out", "kept.wav").status == 0
    assert played.read_text().splitlines()[1] == "paplay ./kept.wav"
    ran = run("say", "Good morning.")
    assert (ran.status, ran.complaints) == (2, ["Say where to: --out hello.wav, --play, or both."])


def test_one_that_cannot_play_is_followed_by_the_next(
    run: Run, hears: Hears, programs: Callable[..., Path]
) -> None:
    hears()
    programs("pw-play", fails="Host is down")
    played = programs("ffplay")
    assert run("ask", "--text", "How do I book a room?", "--play").status == 0
    assert [line.split()[0] for line in played.read_text().splitlines()] == ["pw-play", "ffplay"]


def test_without_a_player_the_answer_is_still_there(
    run: Run, hears: Hears, home: Path, programs: Callable[..., Path]
) -> None:
    hears()
    programs()
    ran = run("ask", "--text", "How do I book a room?", "--play", "--json")
    assert ran.status == 1
    assert ran.values[0]["reply"]
    assert ran.complaints == [
        "There is nothing to play it with: install one of pw-play, paplay, aplay, afplay, ffplay, play. "
        "The answer is in reply.wav."
    ]
    assert (home / "reply.wav").exists()
    programs("aplay", fails="audio open error: No such file or directory")
    ran = run("ask", "--text", "How do I book a room?", "--play")
    assert ran.complaints == [
        "It could not be played: aplay says “audio open error: No such file or directory”; "
        "open the file with another program. The answer is in reply.wav."
    ]


def test_nothing_is_played_where_nothing_was_spoken(
    run: Run, hears: Hears, voice: ScriptedSynthesizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from emads_voice.voice.errors import SynthesisError

    hears()
    voice.failures = {"Nobody here can answer that.": SynthesisError("The speech server is down.")}
    monkeypatch.setattr(player, "play", lambda _: pytest.fail("played"))
    assert run("ask", "--text", "What is the capital of France?", "--play").status == 1
