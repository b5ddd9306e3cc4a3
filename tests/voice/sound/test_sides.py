"""The sides of a call are told from two microphones, one sound on both channels, and a silent one."""

import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.sound.sides import Sides

RATE = 16_000
Samples = NDArray[np.float32]


@pytest.fixture(scope="module")
def speakers(recordings: Path) -> tuple[Samples, Samples]:
    """Two who take turns, with 11 s each."""
    first, second = (
        Audio.load(recordings / f"en_{name}.flac").resample(RATE).samples for name in ("jfk", "notld_12s")
    )
    first, second = first[: 11 * RATE], second[: 11 * RATE]
    quiet = np.zeros(11 * RATE, np.float32)
    return np.concatenate([first, quiet]), np.concatenate([quiet, second])


def taken(left: Samples, right: Samples) -> Sides:
    sides = Sides(RATE)
    for at in range(0, len(left), 4_001):
        sides.add(np.stack([left[at : at + 4_001], right[at : at + 4_001]], axis=1))
    return sides


def apart(left: Samples, right: Samples) -> bool:
    return taken(left, right).apart()


def same(left: Samples, right: Samples) -> bool:
    return taken(left, right).same()


def noise(like: Samples, level: float) -> Samples:
    return np.random.default_rng(0).normal(0, level, len(like)).astype(np.float32)


def late(sound: Samples, samples: int, level: float) -> Samples:
    return np.concatenate([np.zeros(samples, np.float32), sound[:-samples] * np.float32(level)])


def test_two_who_take_turns_are_a_call(speakers: tuple[Samples, Samples]) -> None:
    left, right = speakers
    assert apart(left, right)
    assert apart(left, right * np.float32(0.03)), "one side is 30 dB quieter"
    assert apart(left + noise(left, 0.002), right + noise(right, 0.002)), "a line is never silent"
    assert apart(left + late(right, 400, 0.1), right + late(left, 400, 0.1)), (
        "each is faintly heard by the other"
    )


def test_two_who_speak_at_once_are_a_call(speakers: tuple[Samples, Samples]) -> None:
    left, right = speakers
    assert apart(left, np.roll(right, len(right) // 2))


def test_one_sound_on_both_channels_is_none(speakers: tuple[Samples, Samples]) -> None:
    left, _ = speakers
    assert not apart(left, left)
    assert not apart(left, -left)
    assert not apart(left, left * np.float32(0.125))


def test_only_one_sound_is_the_same_on_both_channels(speakers: tuple[Samples, Samples]) -> None:
    left, right = speakers
    assert same(left, left)
    assert same(left, -left * np.float32(0.5))
    assert same(left, left + noise(left, 0.0002)), "what was coded is not exactly alike"
    assert not same(left, right)
    assert not same(left + late(right, 12, 0.5), late(left, 12, 0.5) + right), "two microphones"
    assert not same(left, left * 0), "an empty channel is not the other"


def test_two_microphones_in_a_room_are_none(speakers: tuple[Samples, Samples]) -> None:
    left, right = speakers
    assert not apart(left + late(right, 12, 0.5), late(left, 12, 0.5) + right)


def test_a_silent_channel_is_no_side(speakers: tuple[Samples, Samples]) -> None:
    left, _ = speakers
    assert not apart(left, np.zeros_like(left))
    assert not apart(left[:100], left[:100])


def test_a_file_of_two_sides_says_so(tmp_path: Path, speakers: tuple[Samples, Samples]) -> None:
    both = np.stack(speakers, axis=1)
    with wave.open(str(tmp_path / "call.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.rint(both * 32767).astype("<i2").tobytes())
    audio = Audio.load(tmp_path / "call.wav")
    assert (audio.channels, audio.two_sided) == (2, True)
    one = Audio.load(tmp_path / "call.wav", channel=1)
    assert (one.channels, one.two_sided) == (2, False)
    assert np.abs(one.samples - speakers[0]).max() < 1e-3
