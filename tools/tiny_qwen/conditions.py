"""What happens to a sound on its way: pauses, loudness, noise, the telephone. And sounds that are no speech."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from emads_voice.voice.sound import g711
from emads_voice.voice.sound.audio import Audio

from .sentences import RATE, Sentence, Utterance, say


def say_somehow(sentence: Sentence, rng: Generator) -> Utterance:
    """A sentence with other pauses, loudness, noise and line each time; times of words stay true."""
    haste = rng.uniform(0.03, 0.18)  # somebody slow pauses after every word: times cannot be learnt by heart
    pauses = rng.uniform(0.3, 1, len(sentence.words)) * haste
    before_s, after_s = rng.uniform(0, 0.6, 2)
    said = say(sentence, pauses=[*pauses], before_s=before_s, after_s=after_s)
    samples = said.audio.samples * np.float32(10 ** rng.uniform(-0.8, 0.1))
    if rng.random() < 0.5:
        loudness = float(np.sqrt(np.mean(np.square(samples))))
        hiss = _coloured(len(samples), rng)
        samples = samples + hiss * np.float32(loudness * 10 ** (-rng.uniform(15, 40) / 20))
    audio = Audio(np.clip(samples, -1, 1), RATE)
    return Utterance(sentence, over_the_phone(audio) if rng.random() < 0.35 else audio, said.words)


def break_off(said: Utterance, rng: Generator) -> Utterance:
    """As much of an utterance as is heard before one of its words is over, and silence perhaps."""
    count = int(rng.integers(1, len(said.words)))
    following = said.words[count]
    heard_s = rng.uniform(
        said.words[count - 1].end_s, following.start_s + 0.3 * (following.end_s - following.start_s)
    )
    silence = Audio.silence(rng.uniform(0, 0.4) if rng.random() < 0.5 else 0, RATE)
    return Utterance(said.sentence, Audio.join([said.audio.clip(0, heard_s), silence]), said.words[:count])


def over_the_phone(audio: Audio) -> Audio:
    """A sound as a telephone brings it, 8 kHz µ-law, at its old rate again."""
    line = audio.resample(g711.RATE)
    return Audio(g711.decode(g711.encode(line.samples)), g711.RATE).resample(audio.rate)


def nothing_said(rng: Generator) -> Audio:
    """Half a second to five of silence, hiss, hum, a tone or clicks, at 16 kHz."""
    count = round(rng.uniform(0.5, 5) * RATE)
    level = np.float32(10 ** rng.uniform(-3.5, -0.4))
    match rng.integers(6):
        case 0:
            samples = np.zeros(count, np.float32)
        case 1:
            times = np.arange(count) / RATE
            pitch = rng.uniform(45, 3000)
            samples = (level * np.sin(2 * np.pi * pitch * times)).astype(np.float32)
        case 2:
            samples = _coloured(count, rng) * level * (rng.random(count) < rng.uniform(0.0002, 0.002))
        case _:
            samples = np.clip(_coloured(count, rng) * level / 2, -1, 1)
    audio = Audio(samples.astype(np.float32), RATE)
    return over_the_phone(audio) if rng.random() < 0.3 else audio


def _coloured(count: int, rng: Generator) -> NDArray[np.float32]:
    """Noise of any colour from blue to brown: its power goes with frequency to some power in [-2, 1]; RMS 1."""
    spectrum = np.fft.rfft(rng.standard_normal(count))
    frequencies = np.maximum(np.fft.rfftfreq(count, 1 / RATE), 30)
    samples = np.fft.irfft(spectrum * frequencies ** rng.uniform(-1, 0.5), count)
    loud: NDArray[np.float32] = (samples / np.sqrt(np.mean(np.square(samples)))).astype(np.float32)
    return loud
