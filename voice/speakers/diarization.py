"""Who speaks when, by voices: stretches of speech are embedded, grouped by likeness, and each moment has its speaker.

Of voices that speak at the same time one is found. A voice is known well by a few seconds of it and badly by one word:
what is decided says whether it is sure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emads_voice.voice.activity.vad import Span
from emads_voice.voice.sound.audio import Audio

from .clustering import centroids, cosines, group
from .d_vector import RATE, WINDOW_S, DVector, Vectors, unit

HOP_S, LONG_HOP_S = 0.4, 0.8
"""How far apart windows begin, and in recordings with so much speech that it would take long."""

LONG_S = 1200.0
"""Speech of more than this is long."""

LEAST_S = 2.4
"""Somebody who speaks for less in all is not told apart: single words are like anybody's."""

SURE = 0.06
"""A voice is sure to be somebody's if its cosine with theirs exceeds that with any other's by this much."""

KNOWN = 0.62
"""A group is somebody's whose voice is known if their cosine is at least this: the mean of d-vectors of the same person
in two recordings was 0.76, of different persons 0.45."""


@dataclass(frozen=True, eq=False, slots=True)
class Voices:
    """What was heard of voices in a recording, or a part of one.

    Attributes:
        spans: start and end of each window in seconds, shape ``(n, 2)``, in order.
        vectors: the voice in each, in half precision, which is exact enough: 5 MB an hour; shape ``(n, 256)``.
    """

    spans: NDArray[np.float64]
    vectors: NDArray[np.float16]

    @classmethod
    def join(cls, parts: Sequence[tuple[float, Voices]]) -> Voices:
        """Parts of a recording, each with the time at which it begins, in order; at least one."""
        spans = np.concatenate([start_s + part.spans for start_s, part in parts])
        return cls(spans, np.concatenate([part.vectors for _, part in parts]))


@dataclass(frozen=True, eq=False, slots=True)
class Speakers:
    """Who speaks when.

    Attributes:
        names: of the speakers.
        spans: of the windows, shape ``(n, 2)``, in order.
        likeness: the cosine of each window with each speaker, shape ``(n, speakers)``.
    """

    names: tuple[str, ...]
    spans: NDArray[np.float64]
    likeness: NDArray[np.float32]

    def who(self, start_s: float, end_s: float) -> tuple[str, bool]:
        """Who speaks between two times, and whether that is sure; "" where nobody was heard at all."""
        if not len(self.spans):
            return "", False
        mean = self.likeness[self._within(start_s, end_s)].mean(axis=0)
        ranked = np.sort(mean)[::-1]
        sure = len(ranked) < 2 or float(ranked[0] - ranked[1]) >= SURE
        return self.names[int(mean.argmax())], sure

    def _within(self, start_s: float, end_s: float) -> NDArray[np.int64]:
        """The windows whose middle is between the times, or else the one nearest to them."""
        middles = self.spans.mean(axis=1)
        inside = np.flatnonzero((middles >= start_s) & (middles <= end_s))
        return inside if len(inside) else np.array([np.abs(middles - (start_s + end_s) / 2).argmin()])


def hear_voices(audio: Audio, speech: Sequence[Span], model: DVector) -> Voices:
    """The voices in a recording; it takes about 0.05 s of a core for a second of speech.

    Args:
        audio: of any rate, levelled.
        speech: where somebody speaks.
        model: which.
    """
    samples = audio.resample(RATE).samples
    hop = HOP_S if sum(span.end_s - span.start_s for span in speech) <= LONG_S else LONG_HOP_S
    windows = [window for span in speech for window in _windows(span, hop)]
    vectors = model.embed([samples[round(start * RATE) : round(end * RATE)] for start, end in windows])
    return Voices(np.array(windows, np.float64).reshape(-1, 2), vectors.astype(np.float16))


def one_voice(audio: Audio, speech: Sequence[Span], model: DVector) -> Vectors | None:
    """The voice of a recording in which one person speaks, shape ``(256,)``; None if nobody does."""
    voices = hear_voices(audio, speech, model)
    return unit(voices.vectors.mean(axis=0, dtype=np.float32)) if len(voices.vectors) else None


def tell_apart(
    voices: Voices,
    *,
    count: int | None = None,
    names: Sequence[str] = (),
    known: Mapping[str, Vectors] | None = None,
) -> Speakers:
    """Who speaks when in a recording.

    Args:
        voices: heard in it.
        count: how many speak, if that is known.
        names: of those who speak, in the order in which they begin; others are "Speaker 3" and so on.
        known: voices by name, each of shape ``(256,)``. Whoever sounds like none of them is not named.
    """
    if not len(voices.vectors):
        return Speakers((), voices.spans, np.empty((0, 0), np.float32))
    hop = float(np.median(np.diff(voices.spans[:, 0]))) if len(voices.spans) > 1 else HOP_S
    groups = group(voices.vectors, fewest=round(LEAST_S / max(hop, HOP_S)), count=count)
    order = np.unique(groups, return_index=True)[1].argsort()  # by who begins
    middles = centroids(voices.vectors, np.unique(groups, return_inverse=True)[1].astype(np.int64))[order]
    found = _known(middles, known or {})
    waiting = iter(names)
    named = tuple(
        found.get(number) or next(waiting, "") or f"Speaker {number + 1}" for number in range(len(middles))
    )
    return Speakers(named, voices.spans, cosines(voices.vectors, middles))


def _known(middles: Vectors, known: Mapping[str, Vectors]) -> dict[int, str]:
    """Whose groups are: the most alike first, each name and group once."""
    pairs = sorted(
        (
            (float(middle @ voice), number, name)
            for number, middle in enumerate(middles)
            for name, voice in known.items()
        ),
        reverse=True,
    )
    found: dict[int, str] = {}
    for likeness, number, name in pairs:
        if likeness >= KNOWN and number not in found and name not in found.values():
            found[number] = name
    return found


def _windows(span: Span, hop_s: float) -> list[tuple[float, float]]:
    """Windows that cover a stretch of speech evenly."""
    start, end = span
    if end - start <= WINDOW_S:
        return [(start, end)]
    count = int(np.ceil((end - start - WINDOW_S) / hop_s)) + 1
    return [(float(at), float(at) + WINDOW_S) for at in np.linspace(start, end - WINDOW_S, count)]
