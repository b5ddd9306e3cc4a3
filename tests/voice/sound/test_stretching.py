"""The same voice at another pace."""

import numpy as np
import pytest

from emads_voice.voice.sound.stretching import stretched

RATE = 8_000


def tone(hertz: float, seconds: float) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE).astype(
        np.float32
    ) * np.float32(0.3)


@pytest.mark.parametrize("pace", [0.6, 0.8, 1.25, 1.6])
@pytest.mark.parametrize("hertz", [110.0, 220.0])
def test_it_takes_longer_or_less_at_the_same_pitch_and_loudness(pace: float, hertz: float) -> None:
    before = tone(hertz, 2.0)
    after = stretched(before, RATE, pace)
    assert len(after) == pytest.approx(len(before) / pace, rel=0.01)
    spectrum = np.abs(np.fft.rfft(after))
    assert spectrum.argmax() * RATE / len(after) == pytest.approx(hertz, rel=0.02)
    middle = after[RATE // 4 : -RATE // 4]
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.3 / np.sqrt(2), rel=0.1)


def test_nothing_changes_at_the_usual_pace_and_a_click_stays_one() -> None:
    before = tone(200, 1.0)
    assert stretched(before, RATE, 1.0) is before
    assert len(stretched(before[:100], RATE, 0.8)) == 100
    assert len(stretched(before[:0], RATE, 0.8)) == 0
