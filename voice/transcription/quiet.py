"""Quiet speech beside loud: somebody far from the microphone, or a caller whose line is 30 dB quieter.

Voice activity knows speech as loud as it is usually recorded, and one gain for all of a recording helps the loudest
alone. So what lies between loud speech is listened to again, made as loud; what is no speech then, stays as it was. A
noise that is always the same is left alone, whatever it would be taken for when it is loud.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emads_voice.voice.activity.vad import SileroVad, Span, speech_spans, widen
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.sound.level import FAINTEST_DB, MOST_DB, QUIET_DB, USUAL_DB, loudness_db

LEAST_S = 0.8
"""Shorter stretches between loud speech are pauses of whoever speaks."""

EDGE_S = 0.3
"""So near to loud speech its own end is still heard, and its echo."""

ABOVE_DB = 12.0
"""How much louder quiet speech is than what is heard beside it: the loudest 0.3 s than the median of the quieter
half."""

TIMES = 2
"""So often what is left over is listened to again, for those who are quieter still."""

PAD_S = 0.15
_FRAME_S = 0.03


@dataclass(frozen=True, eq=False, slots=True)
class Raised(Audio):
    """Sound of which stretches are made louder when they are taken out of it: two hours are not held twice.

    Attributes:
        gains: the stretches, in order and apart, with what each is multiplied by.
    """

    gains: tuple[tuple[Span, float], ...] = ()

    def clip(self, start_s: float, end_s: float) -> Audio:
        """See :meth:`Audio.clip`; a copy where something is made louder."""
        start, end = (max(0, round(time * self.rate)) for time in (start_s, end_s))
        samples = self.samples[start:end]
        for span, gain in self.gains:
            first, last = (round(time * self.rate) - start for time in span)
            if last <= 0 or first >= len(samples):
                continue
            if samples.base is not None:
                samples = samples.copy()
            part = samples[max(0, first) : last]
            np.clip(part * np.float32(gain), -1, 1, out=part)
        return Audio(samples, self.rate)


def audible(audio: Audio, vad: SileroVad) -> tuple[Audio, list[Span]]:
    """The recording with quiet speech made louder, and where somebody speaks in it.

    Args:
        audio: as loud as usual where it is loudest (:func:`~emads_voice.voice.sound.level.levelled`).
        vad: the model.
    """
    speech = speech_spans(audio, vad, pad_s=0.0)
    loud = [span for span in speech if loudness_db(audio.clip(*span)) >= QUIET_DB]
    quiet = [span for span in speech if span not in loud]
    gains: list[tuple[Span, float]] = []
    between = _between(loud, audio.duration_s)
    for _ in range(TIMES):
        found: list[tuple[Span, float]] = []
        for stretch in between:
            found += _raised(audio, stretch, vad)
        if not found:
            break
        gains += found
        between = _between(sorted([*loud, *(span for span, _ in gains)]), audio.duration_s)
    if not gains:
        return audio, widen(speech, PAD_S, audio.duration_s)
    gains.sort()
    spans = _united([*loud, *quiet, *(span for span, _ in gains)])
    made = Raised(audio.samples, audio.rate, gains=_apart(gains))
    return made, widen(spans, PAD_S, audio.duration_s)


def _raised(audio: Audio, stretch: Span, vad: SileroVad) -> list[tuple[Span, float]]:
    """Where somebody speaks in a stretch of a recording when it is made as loud as usual, and how much that takes."""
    sound = audio.clip(*stretch)
    level_db = loudness_db(sound)
    if not FAINTEST_DB <= level_db < QUIET_DB or level_db - _beside_db(sound) < ABOVE_DB:
        return []
    louder = Audio(np.clip(sound.samples * np.float32(_gain(level_db)), -1, 1), sound.rate)
    return [
        (Span(stretch.start_s + start, stretch.start_s + end), _gain(loudness_db(sound.clip(start, end))))
        for start, end in speech_spans(louder, vad, pad_s=0.0)
    ]


def _gain(level_db: float) -> float:
    """What makes a sound as loud as usual."""
    return float(10 ** (max(0.0, min(MOST_DB, USUAL_DB - level_db)) / 20))


def _beside_db(audio: Audio) -> float:
    """What the quieter half of a sound is as loud as, in the middle (dBFS)."""
    frame = max(1, round(_FRAME_S * audio.rate))
    whole: NDArray[np.float32] = audio.samples[: len(audio.samples) // frame * frame].reshape(-1, frame)
    powers = np.einsum("ij,ij->i", whole, whole) / frame
    return float(10 * np.log10(max(float(np.quantile(powers, 0.25)), 1e-20)))


def _between(spans: Sequence[Span], duration_s: float) -> list[Span]:
    """What lies between stretches, with a little room beside each, and is long enough."""
    starts = [0.0, *(span.end_s + EDGE_S for span in spans)]
    ends = [*(span.start_s - EDGE_S for span in spans), duration_s]
    return [Span(start, end) for start, end in zip(starts, ends, strict=True) if end - start >= LEAST_S]


def _united(spans: Sequence[Span]) -> list[Span]:
    """Stretches in order, those that overlap made one."""
    made: list[Span] = []
    for span in sorted(spans):
        if made and span.start_s <= made[-1].end_s:
            made[-1] = Span(made[-1].start_s, max(made[-1].end_s, span.end_s))
        else:
            made.append(span)
    return made


def _apart(gains: Sequence[tuple[Span, float]]) -> tuple[tuple[Span, float], ...]:
    """Gains with room beside each, as far as the next one's."""
    wider = widen([span for span, _ in gains], EDGE_S, float("inf"))
    return tuple(zip(wider, (gain for _, gain in gains), strict=True))
