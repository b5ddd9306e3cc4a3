"""Sound at another rate, frame by frame."""

from pathlib import Path

import numpy as np
import pytest

from emads_voice.voice.sound.live_resampling import LiveResampler


def tone(rate: int, seconds: float = 1.0) -> np.ndarray:
    return np.sin(np.arange(round(rate * seconds)) * 2 * np.pi * 440 / rate).astype(np.float32)


@pytest.mark.parametrize(
    ("before", "after"), [(24_000, 16_000), (16_000, 24_000), (44_100, 16_000), (8_000, 16_000)]
)
@pytest.mark.parametrize("frame", [1, 7, 480, 24_000])
def test_a_tone_stays_a_tone_however_it_is_cut(before: int, after: int, frame: int) -> None:
    resampler, sound = LiveResampler(before, after), tone(before)
    made = np.concatenate([resampler.resample(sound[at : at + frame]) for at in range(0, len(sound), frame)])
    assert abs(len(made) - after) <= 0.003 * after  # what is left in the filter
    middle = slice(len(made) // 4, len(made) // 2)
    assert np.abs(made[middle] - tone(after)[middle]).max() < 0.01


def test_nothing_and_the_same_rate_are_handed_on() -> None:
    assert len(LiveResampler(24_000, 16_000).resample(np.zeros(0, np.float32))) == 0
    sound = tone(16_000)
    assert LiveResampler(16_000, 16_000).resample(sound) is sound


def test_a_conversation_takes_no_threads() -> None:
    tasks = Path("/proc/self/task")
    LiveResampler(24_000, 16_000).resample(tone(24_000))
    before = len(list(tasks.iterdir()))
    several = [LiveResampler(24_000, 16_000) for _ in range(8)]
    for each in several:
        each.resample(tone(24_000))
    assert len(list(tasks.iterdir())) <= before
