"""Several recognisers as one: the best that answers in time is believed."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from opentelemetry import trace

from emads_voice.observability import attributes

from .audio import Audio
from .breaker import Breaker
from .errors import LanguageError, RecognitionError
from .languages import Language
from .recognizer import Recognizer, Transcript
from .streaming import RecognitionStream, open_stream

logger = logging.getLogger(__name__)

PATIENCE_S, PATIENCE_PER_S = 0.5, 0.1
"""A rung has so many seconds, and so many per second of sound, before the next one starts beside it. A server with a
GPU needs a fifth of that (0.1 s and 0.01: the Qwen3-ASR report, arXiv 2601.21337), whisper-base on two cores half
(0.08 per second). An utterance of 5 s is heard at most 1 s later for a server that hangs."""


class RecognizerLadder:
    """Asks its rungs in order, as the Happy Eyeballs of RFC 8305 do.

    The next rung is asked when one fails, and beside one that is late: whoever answers first is believed and the
    others are cancelled. A rung that fails three times in a row, or is overtaken, is left alone; every ten seconds it
    is tried beside the next one, at nobody's expense. A language a rung cannot hear is no failure of it.

    A transcript's ``model`` names who answered. The current span has an event for each failure, the log a warning for
    each outage.
    """

    def __init__(self, rungs: Sequence[Recognizer], *, clock: Callable[[], float] = time.monotonic) -> None:
        """
        Args:
            rungs: best first.
            clock: of the breakers.
        """
        self._rungs = tuple(_Rung(rung, Breaker(clock=clock)) for rung in rungs)
        self._trials: set[asyncio.Task[Transcript]] = set()

    @property
    def name(self) -> str:
        """The names of the rungs, "openai:Qwen/Qwen3-ASR-1.7B|whisper:base"."""
        return "|".join(rung.name for rung in self._rungs)

    @property
    def languages(self) -> Collection[Language]:
        """What any rung can hear."""
        return tuple(
            dict.fromkeys(language for rung in self._rungs for language in rung.recognizer.languages)
        )

    async def warm_up(self) -> None:
        """Load every rung: one that is loaded when it is needed comes too late.

        Raises:
            BackendError, WeightsError: no rung can be used. While one can, the others are only warned of.
        """
        loading = (rung.recognizer.warm_up() for rung in self._rungs)
        outcomes = await asyncio.gather(*loading, return_exceptions=True)
        errors = [error for error in outcomes if error is not None]
        if len(errors) == len(self._rungs):
            raise errors[0]
        for rung, error in zip(self._rungs, outcomes, strict=True):
            if error is not None:
                rung.breaker.open()
                rung.warn(error)

    async def transcribe(
        self, audio: Audio, *, language: Language | None = None, context: str = "", timestamps: bool = False
    ) -> Transcript:
        """See :meth:`~.recognizer.Recognizer.transcribe`."""

        def attempt(rung: _Rung) -> _Attempt:
            ask = partial(
                rung.recognizer.transcribe,
                audio,
                language=language,
                context=context,
                timestamps=timestamps,
            )
            return _Attempt(rung, ask)

        return await self._first([attempt(rung) for rung in self._able(language)], audio.duration_s)

    def stream(self, *, language: Language | None = None, context: str = "") -> RecognitionStream:
        """See :meth:`~.streaming.StreamingRecognizer.stream`: the first rung that is well hears while it is said, the
        others get the whole utterance where it fails.

        Raises:
            LanguageError: no rung hears ``language``.
        """
        rungs = self._able(language)
        first = next((rung for rung in rungs if rung.breaker.closed), rungs[0])
        stream = open_stream(first.recognizer, language=language, context=context)

        async def settle(audio: Audio) -> Transcript:
            def attempt(rung: _Rung) -> _Attempt:
                whole = partial(rung.recognizer.transcribe, audio, language=language, context=context)
                return _Attempt(rung, stream.settle if rung is first else whole)

            return await self._first([attempt(rung) for rung in rungs], audio.duration_s)

        return _LadderStream(stream, settle)

    def _able(self, language: Language | None) -> list[_Rung]:
        if able := [
            rung for rung in self._rungs if language is None or language in rung.recognizer.languages
        ]:
            return able
        raise LanguageError(f"None of {self.name} hears {language and language.name}.")

    async def _first(self, attempts: Sequence[_Attempt], duration_s: float) -> Transcript:
        trials = [one for one in attempts if one.rung.breaker.claim_trial()]
        waiting = deque(one for one in attempts if one.rung.breaker.closed)
        if not waiting and not trials:  # nobody is well: there is nothing to lose
            waiting = deque(attempts)
        running = {asyncio.create_task(one.ask()): one for one in trials}
        patience_s = PATIENCE_S + PATIENCE_PER_S * duration_s
        errors: list[Exception] = []
        try:
            while waiting or running:
                if waiting:
                    one = waiting.popleft()
                    running[asyncio.create_task(one.ask())] = one
                done, _ = await asyncio.wait(
                    running, timeout=patience_s if waiting else None, return_when=asyncio.FIRST_COMPLETED
                )
                for task in done:
                    one = running.pop(task)
                    if (error := _error_of(task)) is None:
                        self._answered(one.rung, (other.rung for other in running.values()))
                        return task.result()
                    one.rung.failed(error)
                    errors.append(error)
        finally:
            for task, one in running.items():
                if one in trials:
                    self._let_finish(task, one.rung)
                else:
                    task.cancel()
        raise _all_failed(errors)

    def _answered(self, rung: _Rung, late: Iterable[_Rung]) -> None:
        rung.succeeded()
        better = self._rungs[: self._rungs.index(rung)]
        for other in late:
            if other in better and other.breaker.closed:
                other.failed(RecognitionError(f"It takes longer than {rung.name}."))
        if better:
            answered = {attributes.REQUEST_MODEL: rung.name}
            trace.get_current_span().add_event(attributes.RECOGNIZER_ANSWERED, answered)

    def _let_finish(self, task: asyncio.Task[Transcript], rung: _Rung) -> None:
        """A trial's answer comes too late to be used, but not to be known."""
        self._trials.add(task)

        def judge(task: asyncio.Task[Transcript]) -> None:
            self._trials.discard(task)
            if _error_of(task) is None:
                rung.succeeded()

        task.add_done_callback(judge)


@dataclass(eq=False)
class _Rung:
    recognizer: Recognizer
    breaker: Breaker
    down: bool = False  # and the log has told so

    @property
    def name(self) -> str:
        return self.recognizer.name

    def succeeded(self) -> None:
        self.breaker.succeeded()
        if self.down:
            logger.info("%s answers again.", self.name)
            self.down = False

    def failed(self, error: Exception) -> None:
        if isinstance(error, LanguageError):
            return
        self.breaker.failed()
        event = {attributes.REQUEST_MODEL: self.name, attributes.ERROR_TYPE: type(error).__qualname__}
        trace.get_current_span().add_event(attributes.RECOGNIZER_FAILED, event)
        self.warn(error)

    def warn(self, error: BaseException) -> None:
        if not self.down:
            logger.warning("%s failed, the next recogniser takes over: %s", self.name, error)
            self.down = True


@dataclass(eq=False)
class _Attempt:
    rung: _Rung
    ask: Callable[[], Coroutine[Any, Any, Transcript]]


class _LadderStream:
    """The stream of one rung, whose sound is kept for the others."""

    def __init__(self, stream: RecognitionStream, settle: Callable[[Audio], Awaitable[Transcript]]) -> None:
        self._stream = stream
        self._settle = settle
        self._sounds: list[Audio] = []

    @property
    def partial(self) -> str:
        return self._stream.partial

    def feed(self, audio: Audio) -> None:
        self._sounds.append(audio)
        self._stream.feed(audio)

    async def settle(self) -> Transcript:
        samples = [sound.samples for sound in self._sounds]
        return await self._settle(Audio(np.concatenate(samples), self._sounds[0].rate))

    async def close(self) -> None:
        await self._stream.close()


def _error_of(task: asyncio.Task[Transcript]) -> Exception | None:
    if task.cancelled():
        return RecognitionError("It was cancelled.")
    error = task.exception()
    if error is not None and not isinstance(error, Exception):
        raise error
    return error


def _all_failed(errors: Sequence[Exception]) -> Exception:
    failures = [error for error in errors if not isinstance(error, LanguageError)] or errors
    if len(failures) == 1:
        return failures[0]
    return RecognitionError(f"No recogniser could hear it: {' '.join(map(str, failures))}")
