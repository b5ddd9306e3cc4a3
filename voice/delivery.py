"""Speaking one answer, sentence by sentence, while it is still being written: what every mouth that sounds does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from .errors import VoiceError
from .languages import Language
from .text.answer import SpokenAnswer, SpokenSentence

Say = Callable[[SpokenSentence, Language], Awaitable[None]]
TakeBack = Callable[[int], None]


class Delivery:
    """One answer on its way through a mouth. A task of its own says its sentences, one after the other.

    Attributes:
        language: what the answer is spoken in.
        error: why the rest was not said, "" if nothing failed.
        stopped: whether it was told to stop.
    """

    def __init__(self, language: Language, *, say: Say, take_back: TakeBack) -> None:
        """Begin; inside the event loop.

        Args:
            language: what the answer is written in.
            say: says one sentence, and returns when the next may follow. It is cancelled to stop it. A
                :class:`VoiceError` ends the delivery; anything else it raises is a bug, and raised by :meth:`finish`.
            take_back: the answer was replaced: undo all sentences after the first so many; never while ``say`` runs.
        """
        self.language = language
        self.error = ""
        self.stopped = False
        self._say = say
        self._take_back = take_back
        self._answer = SpokenAnswer(language)
        self._task = asyncio.create_task(self._run())

    @property
    def over(self) -> bool:
        """Whether all of the answer was fed: what is fed later belongs to another."""
        return self._answer.whole

    def feed(self, text: str) -> None:
        """Take the next piece of the answer, or an empty one at the end of a sentence; never blocks."""
        if text:
            self._answer.feed(text)
        else:
            self._answer.pause()

    async def finish(self, text: str) -> None:
        """Take the whole answer; returns when its sentences were said, one failed, or :meth:`stop` was called.

        See :meth:`.mouth.Mouth.finish` for an answer that does not begin with what was fed.
        """
        begun = len(self._answer.read)
        kept = self._answer.finish(text)
        try:
            if kept < begun and not self.stopped:
                await self._start_again(kept)
            await asyncio.wait([self._task])
        finally:
            await self._cancel()
        if not self._task.cancelled():
            self._task.result()

    def stop(self) -> None:
        """Say nothing more, from now on."""
        self.stopped = True
        self._task.cancel()

    async def stopping(self) -> None:
        """Returns when nothing is being said any more."""
        await self._cancel()

    async def _start_again(self, kept: int) -> None:
        await self._cancel()
        if not self.stopped:
            self._take_back(kept)
            self.error = ""  # it was about a sentence that is not to be said any more
            self._task = asyncio.create_task(self._run())

    async def _cancel(self) -> None:
        if not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        try:
            async for sentence in self._answer:
                await self._say(sentence, self.language)
        except VoiceError as error:
            self.error = str(error)
