"""Alibaba Cloud's newer hosted models, ``qwen-audio-3.x-asr-flash-streaming`` and kin, by :mod:`.task_protocol`.

A sound is sent as it comes, or whole. A finished task cannot go on: who speaks again after a pause is heard from the
beginning, as a new task, while they speak.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Sequence
from pathlib import Path

from emads_voice.voice.errors import LanguageError, RecognitionError
from emads_voice.voice.languages import Language
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.streaming import RecognitionStream
from emads_voice.voice.text.language import identify
from emads_voice.voice.transcription.guards import Guards, Hypothesis, plausible

from .pcm import Pcm, whole
from .task_protocol import Task, TaskService

_log = logging.getLogger(__name__)

MAX_PIECE_S = 60.0
"""A recording is heard in pieces of this length, one task each: a task that fails takes no more than that with it."""

BASE_S, PER_S = 10.0, 0.3
"""The longest wait for the end of a task of a recording: so much, and so much per second of sound."""

SETTLE_S = 3.0
"""On a call, the longest wait for the text once somebody pauses."""


class TaskRecognizer:
    """A :class:`~emads_voice.voice.streaming.StreamingRecognizer` on a service of tasks. It times words."""

    def __init__(
        self,
        service: TaskService,
        heard: Sequence[Language],
        expected: Sequence[Language],
        models_dir: Path | None = None,
    ) -> None:
        """
        Args:
            service: recognises.
            heard: the languages it recognises.
            expected: among these the language of a text is looked for: the service names none.
            models_dir: where voice activity's weights are searched first.
        """
        self._service = service
        self.languages: Collection[Language] = heard
        self._expected = expected
        self._guards = Guards(self.name, models_dir=models_dir, max_piece_s=MAX_PIECE_S)

    @property
    def name(self) -> str:
        """ "dashscope:" and the model."""
        return self._service.name

    @property
    def timed_languages(self) -> Collection[Language]:
        """All that it recognises."""
        return self.languages

    async def warm_up(self) -> None:
        """Load voice activity; the service is not asked anything.

        Raises:
            WeightsError: it cannot be loaded.
        """
        await self._guards.warm_up()

    async def transcribe(
        self,
        audio: Audio,
        *,
        language: Language | None = None,
        hotwords: Sequence[str] = (),
        timestamps: bool = False,
    ) -> Transcript:
        """See :meth:`~emads_voice.voice.recognizer.Recognizer.transcribe`."""
        self._check(language)
        return await self._guards.transcribe(
            self._recognize, audio, language=language, hotwords=hotwords, timestamps=timestamps
        )

    def stream(self, *, language: Language | None = None, hotwords: Sequence[str] = ()) -> RecognitionStream:
        """See :meth:`~emads_voice.voice.streaming.StreamingRecognizer.stream`.

        Raises:
            LanguageError: ``language`` is not among :attr:`languages`.
        """
        self._check(language)
        return _TaskStream(self, self._service, language, hotwords)

    async def conclude(
        self, audio: Audio, said: Hypothesis, language: Language | None, hotwords: Sequence[str]
    ) -> Transcript:
        """The transcript of an utterance of a call."""
        text = plausible(said.text, hotwords=hotwords, speech_s=audio.duration_s)
        spoken = await self._named(text, language)
        segments = (Segment(text, 0, audio.duration_s),) if text else ()
        return Transcript(text, spoken, audio.duration_s, self.name, segments, audio.sha256)

    async def _recognize(
        self, audio: Audio, language: Language | None, hotwords: Sequence[str]
    ) -> Hypothesis:
        task = Task(self._service, language, hotwords)
        try:
            pcm = Pcm()
            task.feed(pcm.take(audio) + pcm.rest())
            said = await task.finish(BASE_S + PER_S * audio.duration_s)
        finally:
            await task.close()
        return said._replace(language=await self._named(said.text, language))

    async def _named(self, text: str, told: Language | None) -> Language | None:
        if not text or told:
            return told if text else None
        return await asyncio.to_thread(identify, text, self._expected)

    def _check(self, language: Language | None) -> None:
        if language and language not in self.languages:
            raise LanguageError(f"{self.name} does not hear {language.name}: choose another recogniser.")


class _TaskStream:
    """One utterance of a call."""

    def __init__(
        self,
        recognizer: TaskRecognizer,
        service: TaskService,
        language: Language | None,
        hotwords: Sequence[str],
    ) -> None:
        self._recognizer = recognizer
        self._service = service
        self._language = language
        self._hotwords = hotwords
        self._sounds: list[Audio] = []
        self._left: list[Task] = []
        self._finishing: asyncio.Future[Hypothesis] | None = None  # the task of all there is
        self._task, self._pcm = self._begin()

    @property
    def partial(self) -> str:
        return self._task.text

    def feed(self, audio: Audio) -> None:
        self._sounds.append(audio)
        if self._finishing:  # they go on: the whole utterance, as the next task
            self._left.append(self._task)
            self._finishing = None
            self._task, self._pcm = self._begin()
            audio = whole(self._sounds)
        self._task.feed(self._pcm.take(audio))

    async def settle(self) -> Transcript:
        if not self._sounds:
            return Transcript("", None, 0.0, self._service.name)
        audio = whole(self._sounds)
        if not self._finishing:
            self._task.feed(self._pcm.rest())
            self._finishing = asyncio.ensure_future(self._task.finish(SETTLE_S))
        try:
            said = await asyncio.shield(self._finishing)
        except RecognitionError as error:
            _log.warning("%s does not stream (%s): the utterance is sent again.", self._service.name, error)
            return await self._recognizer.transcribe(audio, language=self._language, hotwords=self._hotwords)
        return await self._recognizer.conclude(audio, said, self._language, self._hotwords)

    async def close(self) -> None:
        finishing = self._finishing
        for task in (*self._left, self._task):
            await task.close()
        if finishing:
            await asyncio.wait([finishing])
            finishing.exception()

    def _begin(self) -> tuple[Task, Pcm]:
        return Task(self._service, self._language, self._hotwords), Pcm()
