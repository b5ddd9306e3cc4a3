"""Sound that comes in pieces is resampled as if it had come whole."""

from collections.abc import AsyncIterator, Iterable

import numpy as np
import pytest

from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.sound.resampling import resampled

NOISE = (np.random.default_rng(1).standard_normal(48_000) * 0.1).astype(np.float32)


async def pieces_of(*sounds: Audio, size: int) -> AsyncIterator[Audio]:
    for sound in sounds:
        for start in range(0, len(sound.samples), size):
            yield Audio(sound.samples[start : start + size], sound.rate)


async def merge(pieces: AsyncIterator[Audio], rate: int) -> np.ndarray:
    return np.concatenate([np.zeros(0, np.float32), *[samples async for samples in resampled(pieces, rate)]])


@pytest.mark.parametrize("rate", [24_000, 22_050, 16_000, 8_000, 4_000])
@pytest.mark.parametrize("size", [1, 480, 2_400, 48_000])  # the last is more than a second: in a thread
async def test_pieces_make_what_the_whole_makes(rate: int, size: int) -> None:
    sound = Audio(NOISE[: size * 100], rate)
    samples = await merge(pieces_of(sound, size=size), 8_000)
    np.testing.assert_allclose(samples, sound.resample(8_000).samples, atol=1e-6)


async def test_sound_comes_out_before_all_of_it_is_in() -> None:
    taken: list[int] = []

    async def pieces() -> AsyncIterator[Audio]:
        async for piece in pieces_of(Audio(NOISE, 24_000), size=2_400):
            taken.append(len(piece.samples))
            yield piece

    async for samples in resampled(pieces(), 8_000):
        if len(samples):
            break
    assert sum(taken) / 24_000 <= 0.2


async def test_pieces_of_another_rate_follow_where_the_others_end() -> None:
    sounds = Audio(NOISE[:2_400], 24_000), Audio(NOISE[:1_600], 16_000), Audio(NOISE[:800], 8_000)
    samples = await merge(pieces_of(*sounds, size=400), 8_000)
    assert len(samples) == 2_400
    for i, sound in enumerate(sounds):
        np.testing.assert_allclose(samples[i * 800 :][:800], sound.resample(8_000).samples, atol=1e-6)


async def test_nothing_makes_nothing() -> None:
    silent: Iterable[Audio] = ()
    assert not len(await merge(pieces_of(*silent, size=1), 8_000))
