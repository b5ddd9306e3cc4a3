"""Several recognisers as one: where the best fails or is late, the next one transcribes."""

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

from emads_voice.observability import attributes, happened
from emads_voice.tasks import Tasks
from emads_voice.voice.errors import LanguageError, RecognitionError
from emads_voice.voice.languages import Language
from emads_voice.voice.recognizer import Recognizer, Segment, TimesWords, Transcript
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.streaming import RecognitionStream, open_stream
from emads_voice.voice.transcription.watching import Watcher, watched_by, watching

from .breaker import Breaker

_log = logging.getLogger(__name__)

PATIENCE_S, PATIENCE_PER_S = 0.5, 0.1
"""A candidate has so many seconds, and so many per second of sound, before the next one starts beside it. A server
with a GPU needs a fifth of that (0.1 s and 0.01: the Qwen3-ASR report, arXiv 2601.21337), whisper-base on two cores
half (0.08 per second). A server that hangs delays the transcript of 5 s by 1 s at most."""


class FallbackRecognizer:
    """Asks its candidates in order, as the Happy Eyeballs of RFC 8305 do.

    The next candidate is asked when one fails, and also, beside it, when one is late: the first transcript is taken
    and the others are cancelled. A candidate that failed or was late three times in a row is passed over; every ten
    seconds it is tried beside the next one, so that nobody waits for it (:mod:`.breaker`). To be asked for a language
    that a candidate does not recognise is no failure of it.

    Where somebody watches, a candidate that recognised only a part has failed as well; if no other recognises all, the
    transcript with the least missing is taken.

    A transcript's ``model`` names the candidate it comes from. The current span has an event for each failure, the log
    a warning for each outage.
    """

    def __init__(
        self, candidates: Sequence[Recognizer], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """
        Args:
            candidates: best first.
            clock: of the breakers.
        """
        self._candidates = tuple(_Candidate(candidate, Breaker(clock=clock)) for candidate in candidates)
        self._trials = Tasks()

    @property
    def name(self) -> str:
        """The names of the candidates, "openai:Qwen/Qwen3-ASR-1.7B|whisper:base"."""
        return "|".join(candidate.name for candidate in self._candidates)

    @property
    def languages(self) -> Collection[Language]:
        """The languages that any candidate recognises."""
        return tuple(
            dict.fromkeys(
                language for candidate in self._candidates for language in candidate.recognizer.languages
            )
        )

    @property
    def timed_languages(self) -> Collection[Language]:
        """Those in which a candidate can tell when each word was said; who answers decides whether it is told."""
        timing = [each.recognizer for each in self._candidates if isinstance(each.recognizer, TimesWords)]
        return tuple(
            dict.fromkeys(language for recognizer in timing for language in recognizer.timed_languages)
        )

    async def warm_up(self) -> None:
        """Load every candidate: to load one when it is needed would take too long.

        Raises:
            BackendError, WeightsError: no candidate can be used. Where any can, the others are logged as warnings.
        """
        loading = (candidate.recognizer.warm_up() for candidate in self._candidates)
        outcomes = await asyncio.gather(*loading, return_exceptions=True)
        errors = [error for error in outcomes if error is not None]
        if len(errors) == len(self._candidates):
            raise errors[0]
        for candidate, error in zip(self._candidates, outcomes, strict=True):
            if error is not None:
                candidate.breaker.open()
                candidate.warn(error)

    async def transcribe(
        self,
        audio: Audio,
        *,
        language: Language | None = None,
        hotwords: Sequence[str] = (),
        timestamps: bool = False,
    ) -> Transcript:
        """See :meth:`~.recognizer.Recognizer.transcribe`."""

        watcher = watching()
        progress = _Progress(watcher) if watcher else None

        def attempt(candidate: _Candidate) -> _Attempt:
            async def ask() -> Transcript:
                with watched_by(progress):
                    transcript = await candidate.recognizer.transcribe(
                        audio, language=language, hotwords=hotwords, timestamps=timestamps
                    )
                if transcript.failures:
                    raise _PartError(transcript)
                return transcript

            return _Attempt(candidate, ask)

        return await self._first([attempt(candidate) for candidate in self._able(language)], audio.duration_s)

    def stream(self, *, language: Language | None = None, hotwords: Sequence[str] = ()) -> RecognitionStream:
        """See :meth:`~.streaming.StreamingRecognizer.stream`: the first candidate whose breaker is closed gets the
        stream; if it fails, the others transcribe the whole utterance.

        Raises:
            LanguageError: no candidate recognises ``language``.
        """
        candidates = self._able(language)
        first = next((candidate for candidate in candidates if candidate.breaker.closed), candidates[0])
        stream = open_stream(first.recognizer, language=language, hotwords=hotwords)

        async def settle(audio: Audio) -> Transcript:
            def attempt(candidate: _Candidate) -> _Attempt:
                whole = partial(candidate.recognizer.transcribe, audio, language=language, hotwords=hotwords)
                return _Attempt(candidate, stream.settle if candidate is first else whole)

            return await self._first([attempt(candidate) for candidate in candidates], audio.duration_s)

        return _FallbackStream(stream, settle)

    def _able(self, language: Language | None) -> list[_Candidate]:
        if able := [
            candidate
            for candidate in self._candidates
            if language is None or language in candidate.recognizer.languages
        ]:
            return able
        raise LanguageError(
            f"None of {self.name} hears {language and language.name}: choose another recogniser."
        )

    async def _first(self, attempts: Sequence[_Attempt], duration_s: float) -> Transcript:
        trials = [one for one in attempts if one.candidate.breaker.claim_trial()]
        waiting = deque(one for one in attempts if one.candidate.breaker.closed)
        if not waiting and not trials:  # all breakers are open: there is nothing to lose
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
                        self._answered(one.candidate, (other.candidate for other in running.values()))
                        return task.result()
                    one.candidate.failed(error)
                    errors.append(error)
        finally:
            for task, one in running.items():
                if one in trials:
                    self._let_finish(task, one.candidate)
                else:
                    task.cancel()
        partly = [error.transcript for error in errors if isinstance(error, _PartError)]
        if partly:
            return min(partly, key=lambda each: sum(part.end_s - part.start_s for part in each.failures))
        raise _all_failed(errors)

    def _answered(self, candidate: _Candidate, late: Iterable[_Candidate]) -> None:
        candidate.succeeded()
        better = self._candidates[: self._candidates.index(candidate)]
        for other in late:
            if other in better and other.breaker.closed:
                other.failed(RecognitionError(f"It takes longer than {candidate.name}."))
        if better:
            answered = {attributes.REQUEST_MODEL: candidate.name}
            happened(attributes.RECOGNIZER_ANSWERED, answered)

    def _let_finish(self, task: asyncio.Task[Transcript], candidate: _Candidate) -> None:
        """A trial whose transcript comes too late to be used still tells that its candidate answers."""

        def judge(task: asyncio.Task[Transcript]) -> None:
            if _error_of(task) is None:
                candidate.succeeded()

        self._trials.keep(task).add_done_callback(judge)


class _PartError(RecognitionError):
    """A candidate has recognised some of a recording: another may recognise it all."""

    def __init__(self, transcript: Transcript) -> None:
        super().__init__(transcript.failures[0].text)
        self.transcript = transcript


class _Progress:
    """Tells a watcher how far the candidates are, but not what they write down: only one of them will be believed."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher

    def heard(self, done_s: float, of_s: float, segments: Sequence[Segment]) -> None:
        self._watcher.heard(done_s, of_s, ())


@dataclass(eq=False)
class _Candidate:
    recognizer: Recognizer
    breaker: Breaker
    down: bool = False  # and a warning in the log says so

    @property
    def name(self) -> str:
        return self.recognizer.name

    def succeeded(self) -> None:
        self.breaker.succeeded()
        if self.down:
            _log.info("%s answers again.", self.name)
            self.down = False

    def failed(self, error: Exception) -> None:
        if isinstance(error, LanguageError):
            return
        self.breaker.failed()
        event = {attributes.REQUEST_MODEL: self.name, attributes.ERROR_TYPE: type(error).__qualname__}
        happened(attributes.RECOGNIZER_FAILED, event)
        self.warn(error)

    def warn(self, error: BaseException) -> None:
        if not self.down:
            _log.warning("%s failed, the next recogniser takes over: %s", self.name, error)
            self.down = True


@dataclass(eq=False)
class _Attempt:
    candidate: _Candidate
    ask: Callable[[], Coroutine[Any, Any, Transcript]]


class _FallbackStream:
    """The stream of one candidate, whose sound is kept for the others."""

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
