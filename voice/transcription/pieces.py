"""Recordings cut into pieces of speech that a recogniser can take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np

from emads_voice.voice.activity.vad import SileroVad, Span, widen
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.sound.level import levelled

from .quiet import audible

ROOM_S = 0.35
"""Heard on either side of speech, besides the 0.15 s voice activity leaves: with 0.15 alone Whisper took two clips
of 27 for another language, with 0.5 none."""

_HALVED_S = 4.0  # speech without a pause that can be cut in two
_PAUSE_S = 3.0  # a longer one always ends a piece
_FRAME_S = 0.02
_NEAR = 0.2  # of a unit's length: so far from its middle it may be cut
_SEARCH = 0.25  # the last quarter of a piece is searched for a quiet place to cut


class Piece(NamedTuple):
    """A stretch of speech that a model is given at once.

    Attributes:
        span: from its first word to its last.
        speech: where in it somebody speaks; at least one.
        sound: what a model is given: ``span`` with room around it.
    """

    span: Span
    speech: tuple[Span, ...]
    sound: Span

    @property
    def speech_s(self) -> float:
        """How long somebody speaks in it."""
        return _length_s(self.speech)

    def units(self, audio: Audio, about_s: float) -> list[Piece]:
        """The piece cut at its pauses, and where longer speech is quietest, into parts of about so many seconds."""
        groups: list[list[Span]] = []
        for start, end in self.speech:
            count = max(1, round((end - start) / about_s))
            step = (end - start) / count
            middles = [
                _quietest(audio, start + step * (part - _NEAR), start + step * (part + _NEAR))
                for part in range(1, count)
            ]
            groups += [[Span(*edges)] for edges in pairwise([start, *middles, end])]
        return [self._part(group, before, after) for before, group, after in _between(groups)]

    def halves(self, audio: Audio) -> tuple[Piece, Piece] | None:
        """The piece in two: cut in its longest pause, or where a long one without pauses is quietest; None if it is
        too short for that."""
        speech, pauses = (
            self.speech,
            [after.start_s - before.end_s for before, after in pairwise(self.speech)],
        )
        if pauses:
            at = max(range(len(pauses)), key=pauses.__getitem__) + 1
            first, second = speech[:at], speech[at:]
        elif self.speech_s >= _HALVED_S:
            (start, end), quarter = self.span, self.speech_s / 4
            middle = _quietest(audio, start + quarter, end - quarter)
            first, second = (Span(start, middle),), (Span(middle, end),)
        else:
            return None
        return self._part(first, None, second), self._part(second, first, None)

    def _part(
        self, speech: Sequence[Span], before: Sequence[Span] | None, after: Sequence[Span] | None
    ) -> Piece:
        """The piece of some of its speech, with as much room around it as there is."""
        span = Span(speech[0].start_s, speech[-1].end_s)
        start = (before[-1].end_s + span.start_s) / 2 if before else self.sound.start_s
        end = (span.end_s + after[0].start_s) / 2 if after else self.sound.end_s
        sound = Span(max(start, span.start_s - ROOM_S), min(end, span.end_s + ROOM_S))
        return Piece(span, tuple(speech), sound)


def together(pieces: Sequence[Piece]) -> Piece:
    """Neighbouring pieces as one."""
    span = Span(pieces[0].span.start_s, pieces[-1].span.end_s)
    sound = Span(pieces[0].sound.start_s, pieces[-1].sound.end_s)
    speech: list[Span] = []
    for part in chain.from_iterable(piece.speech for piece in pieces):
        if speech and part.start_s <= speech[-1].end_s:
            speech[-1] = Span(speech[-1].start_s, part.end_s)
        else:
            speech.append(part)
    return Piece(span, tuple(speech), sound)


def _length_s(spans: Iterable[Span]) -> float:
    return sum(span.end_s - span.start_s for span in spans)


def _between(
    groups: Sequence[list[Span]],
) -> Iterable[tuple[list[Span] | None, list[Span], list[Span] | None]]:
    """Each group with those beside it."""
    return zip([None, *groups[:-1]], groups, [*groups[1:], None], strict=True)


def find_pieces(audio: Audio, vad: SileroVad, *, limit_s: float) -> tuple[Audio, list[Piece]]:
    """The pieces of a recording that hold all its speech, each of at most ``limit_s`` seconds with its room; and the
    recording they are to be taken from, in which quiet speech is louder."""
    audio, speech = audible(levelled(audio), vad)
    sounds = cut(audio, widen(speech, ROOM_S, audio.duration_s), limit_s=limit_s)
    parts = ((sound, _within(speech, sound)) for sound in sounds)
    pieces = [
        Piece(Span(inside[0].start_s, inside[-1].end_s), inside, sound) for sound, inside in parts if inside
    ]
    return audio, pieces


def cut(audio: Audio, spans: Sequence[Span], *, limit_s: float) -> list[Span]:
    """Pieces of a recording that hold all its speech, each of at most ``limit_s`` seconds.

    Neighbouring spans make one piece as far as the limit allows: what was said before helps a recogniser, and a short
    piece costs it as much as a longer one. A span longer than the limit is cut at its quietest place.

    Args:
        audio: the recording.
        spans: where there is speech, in order (:func:`~emads_voice.voice.activity.vad.speech_spans`).
        limit_s: the most the recogniser takes at a time.
    """
    pieces: list[Span] = []
    for span in chain.from_iterable(_cut_long(audio, span, limit_s) for span in spans):
        last = pieces[-1] if pieces else None
        if last and span.start_s - last.end_s <= _PAUSE_S and span.end_s - last.start_s <= limit_s:
            pieces[-1] = Span(last.start_s, span.end_s)
        else:
            pieces.append(span)
    return pieces


def _within(speech: Sequence[Span], span: Span) -> tuple[Span, ...]:
    parts = (Span(max(start, span.start_s), min(end, span.end_s)) for start, end in speech)
    return tuple(part for part in parts if part.end_s > part.start_s)


def _cut_long(audio: Audio, span: Span, limit_s: float) -> Iterable[Span]:
    start, end = span
    while end - start > limit_s:
        middle = _quietest(audio, start + limit_s * (1 - _SEARCH), start + limit_s)
        yield Span(start, middle)
        start = middle
    yield Span(start, end)


def _quietest(audio: Audio, start_s: float, end_s: float) -> float:
    """The middle of the quietest 100 ms between two times."""
    frame = max(1, round(_FRAME_S * audio.rate))
    samples = audio.clip(start_s, end_s).samples
    energies = np.square(samples[: len(samples) // frame * frame]).reshape(-1, frame).mean(axis=1)
    smooth = np.convolve(energies, np.ones(5), mode="valid")
    return start_s + (int(smooth.argmin()) + 2.5) * frame / audio.rate if len(smooth) else end_s
