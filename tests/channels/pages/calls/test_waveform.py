"""The recording of a call is drawn side by side, and only where it has sides."""

from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from emads_voice.channels.pages.calls import call_file, read_waveform
from emads_voice.channels.pages.calls.waveform import PARTS
from emads_voice.messages import shipped
from emads_voice.observability.ledger import Ledger
from emads_voice.voice.errors import AudioError


def recording(path: Path, *sides: np.ndarray) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(sides))
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes((np.stack(sides, axis=1) * 32_767).astype("<i2").tobytes())
    return path


def test_each_side_is_as_loud_as_it_was(tmp_path: Path) -> None:
    half = np.repeat([1.0, 0.0], 8_000)
    drawn = read_waveform(recording(tmp_path / "call.wav", half * 0.8, half[::-1] * 0.4))
    assert drawn.seconds == 2
    assert len(drawn.caller) == len(drawn.ours) == PARTS
    assert (max(drawn.caller[:240]), max(drawn.caller[260:])) == (1.0, 0.0)
    assert max(drawn.ours[:240]) == 0.0
    assert max(drawn.ours[260:]) == pytest.approx(0.5, abs=0.01)


def test_silence_and_a_moment_are_drawn_too(tmp_path: Path) -> None:
    silence = np.zeros(100)
    assert set(read_waveform(recording(tmp_path / "call.wav", silence, silence)).ours) == {0.0}


def test_one_channel_has_no_sides(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="not a channel for each side: give one with two"):
        read_waveform(recording(tmp_path / "call.wav", np.ones(800)))


def test_it_is_in_the_file(tmp_path: Path, ledger: Ledger, answered: Callable[..., None]) -> None:
    answered()
    sides = np.repeat([0.5, 0.1], 8_000)
    drawn = read_waveform(recording(tmp_path / "call.wav", sides, sides))
    file = call_file(ledger, "call-1", shipped().english, drawn)
    assert file
    assert "The recording, 0:02.0" in file
    assert file.count('<rect class="us"') > PARTS
