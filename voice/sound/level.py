"""Quiet recordings made as loud as others, before anything listens for voices in them.

Voice activity and recognisers know speech as it is usually recorded. A microphone far away, or a caller whose line is
30 dB quieter than the agent's, is speech as well; but what is as quiet as a converter's own noise is nothing to hear.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .audio import Audio

USUAL_DB, QUIET_DB = -23.0, -35.0
"""How loud speech usually is (dBFS, RMS), and how quiet it must be to be made louder: what is between is left alone."""

FAINTEST_DB = -85.0
"""Quieter than this is no sound but the noise of 16 bits (-98) or of a converter. Speech that peaks at -60 has -75."""

MOST_DB = 55.0
"""The most that is added."""

_FRAME_S = 0.03
_LOUD_FRAMES = 10  # 0.3 s: a click is shorter, a word is not


def levelled(audio: Audio, *, in_place: bool = False) -> Audio:
    """The sound, made louder if it is quiet; the same object if not.

    Args:
        audio: of any rate.
        in_place: write over its samples, which nobody else may use: two hours are 0.5 GB.
    """
    level_db = loudness_db(audio)
    if not FAINTEST_DB <= level_db < QUIET_DB:
        return audio
    gain = 10 ** (min(MOST_DB, USUAL_DB - level_db) / 20)
    samples = np.multiply(audio.samples, np.float32(gain), out=audio.samples if in_place else None)
    np.clip(samples, -1, 1, out=samples)
    return replace(audio, samples=samples)


def loudness_db(audio: Audio) -> float:
    """How loud its loudest 0.3 s are, which need not be in one place (dBFS, RMS); -200 for silence."""
    frame = max(1, round(_FRAME_S * audio.rate))
    whole = audio.samples[: len(audio.samples) // frame * frame].reshape(-1, frame)
    if not len(whole):
        return -200.0
    powers = np.einsum("ij,ij->i", whole, whole).astype(np.float64) / frame
    loud = np.partition(powers, -min(_LOUD_FRAMES, len(powers)))[-min(_LOUD_FRAMES, len(powers)) :]
    return float(10 * np.log10(max(float(np.median(loud)), 1e-20)))
