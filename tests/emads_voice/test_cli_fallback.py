"""A recogniser that another had to stand in for is in the exit status of every command that hears."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emads_voice import configured_backends
from emads_voice.testing.speech import ScriptedRecognizer
from emads_voice.voice.errors import BackendError
from emads_voice.voice.recognizers.fallback import FallbackRecognizer

from .conftest import Run


class _Missing(ScriptedRecognizer):
    """One whose package is not installed."""

    async def warm_up(self) -> None:
        raise BackendError("There is no such package.")


@pytest.fixture
def second_hears(monkeypatch: pytest.MonkeyPatch, hears: Callable[..., ScriptedRecognizer]) -> None:
    fallback = FallbackRecognizer(
        [_Missing([], name="openai:missing"), hears("How do I book a room?", "How do I book a room?")]
    )
    monkeypatch.setattr(configured_backends, "make_recognizer", lambda _: fallback)


@pytest.mark.usefixtures("second_hears")
@pytest.mark.parametrize("command", [["ask"], ["transcribe"], ["transcribe", "--format", "json"]])
def test_what_another_heard_is_status_3(run: Run, record: Any, command: list[str]) -> None:
    ran = run(*command, record("question.wav"))
    assert ran.status == 3
    assert any("openai:missing failed, the next recogniser takes over" in line for line in ran.complaints)


@pytest.mark.usefixtures("second_hears")
def test_doctor_says_so_too(run: Run) -> None:
    ran = run("doctor", "--json")
    assert ran.status == 3
    (value,) = ran.values
    (transcript,) = [finding for finding in value["findings"] if finding["name"] == "a sentence heard"]
    assert transcript["degrades"]


def test_the_first_of_several_is_no_fallback(
    run: Run, record: Any, monkeypatch: pytest.MonkeyPatch, hears: Callable[..., ScriptedRecognizer]
) -> None:
    fallback = FallbackRecognizer([hears("How do I book a room?"), _Missing([], name="openai:missing")])
    monkeypatch.setattr(configured_backends, "make_recognizer", lambda _: fallback)
    assert run("transcribe", record("question.wav")).status == 0
