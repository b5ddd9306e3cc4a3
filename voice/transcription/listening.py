"""The pieces of a recording, heard: a few at a time, and again in smaller ones where a model has passed over speech."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from emads_voice.voice.errors import RecognitionError, VoiceError
from emads_voice.voice.recognizer import Segment
from emads_voice.voice.sound.audio import Audio

from .hypotheses import Heard, Hypothesis, believed
from .passed_over import HEARD_AGAIN_S, passed_over, said_in, sparse
from .pieces import Piece
from .watching import Watcher, watching

HOPELESS = 3
"""So many pieces that failed one after the other: the rest is not tried, a server that is down would take hours."""

PATIENCE = 1
"""So often pieces are halved further that have given no more: of three speakers the halves hold two."""

A_WORD = 6
"""Letters: where nothing is certain to be missing, smaller pieces must have a word more, not another spelling."""

Recognize = Callable[[Piece], Awaitable[Hypothesis]]
"""What a model makes of a piece."""

Hear = Callable[[Piece], Awaitable[Sequence[Heard]]]
"""What becomes of a piece: it, or smaller ones, with a hypothesis each."""

Written = Callable[[Sequence[Heard]], Sequence[Segment]]
"""What is written down of that."""


async def listen(pieces: Sequence[Piece], hear: Hear, written: Written, *, at_once: int) -> list[Heard]:
    """All pieces of a recording, heard.

    If somebody watches, they are told of each piece when it and those before it are done, and one that fails is a
    hypothesis that says why.

    Args:
        pieces: of the recording, in order.
        hear: hears one. If it raises and nobody watches, the others are given up.
        written: makes the segments of what was heard, for who watches.
        at_once: so many are heard at a time: a long recording must not keep callers waiting.

    Raises:
        RecognitionError: as ``hear``; if somebody watches, if no piece could be recognised.
    """
    turns = asyncio.Semaphore(at_once)
    watcher = watching()
    failures = _Failures() if watcher else None

    async def in_turn(piece: Piece) -> Sequence[Heard]:
        async with turns:
            return await (failures.bear(piece, hear) if failures else hear(piece))

    tasks = [asyncio.create_task(in_turn(piece)) for piece in pieces]
    try:
        if watcher:
            await _watch(watcher, pieces, tasks, written)
        heard = [part for parts in await asyncio.gather(*tasks) for part in parts]
    finally:
        for task in tasks:
            task.cancel()
    if failures and failures.errors and all(hypothesis.failure for _, hypothesis in heard):
        raise failures.errors[0]
    return heard


async def _watch(
    watcher: Watcher,
    pieces: Sequence[Piece],
    tasks: Sequence[asyncio.Task[Sequence[Heard]]],
    written: Written,
) -> None:
    of_s, done_s = sum(piece.speech_s for piece in pieces), 0.0
    waiting: list[
        Segment
    ] = []  # told of when something has been recognised: if nothing is, it is an error, not text
    recognised = False
    for piece, task in zip(pieces, tasks, strict=True):
        heard = await task
        segments = await asyncio.to_thread(written, heard)
        done_s += piece.speech_s
        recognised = recognised or not all(hypothesis.failure for _, hypothesis in heard)
        waiting += segments
        watcher.heard(done_s, of_s, waiting if recognised else ())
        if recognised:
            waiting = []


class _Failures:
    """Makes hypotheses of failures."""

    def __init__(self) -> None:
        self.errors: list[RecognitionError] = []
        self._in_a_row = 0

    async def bear(self, piece: Piece, hear: Hear) -> Sequence[Heard]:
        if self._in_a_row < HOPELESS:
            try:
                heard = await hear(piece)
            except RecognitionError as error:
                self.errors.append(error)
                self._in_a_row += 1
            else:
                self._in_a_row = 0
                return heard
        return [(piece, Hypothesis("", failure=str(self.errors[-1])))]


async def hear_all_of(
    piece: Piece, recognize: Recognize, audio: Audio, hotwords: Sequence[str] = ()
) -> list[Heard]:
    """A piece and what a model makes of it; or, where it passes something over, smaller pieces, if that gives more.

    Args:
        piece: of the recording.
        recognize: the model.
        audio: the recording.
        hotwords: those the model is told.
    """

    async def again(whole: Heard, patience: int) -> list[Heard]:
        text, words = believed(*whole, hotwords)
        missing = whole[1].cut or passed_over(whole[0], text, words, least_s=HEARD_AGAIN_S)
        enough = said_in(text) + (0 if missing else A_WORD)
        halves = whole[0].halves(audio) if missing or sparse(whole[0], text, words) else None
        if not halves:
            return [whole]
        try:
            heard = [(half, await recognize(half)) for half in halves]
        except VoiceError:  # what there is already is not lost for that; what is missing is told of
            return [whole]
        if said(heard) > enough:
            return [part for half in heard for part in await again(half, patience)]
        if patience:
            parts = [part for half in heard for part in await again(half, patience - 1)]
            if said(parts) > enough:
                return parts
        return [whole]

    def said(heard: Sequence[Heard]) -> int:
        return sum(said_in(believed(*part, hotwords)[0]) for part in heard)

    return await again((piece, await recognize(piece)), PATIENCE)
