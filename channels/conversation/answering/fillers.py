"""What a caller is told while an answer is being worked on: what they have not heard for longest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from itertools import count

from emads_voice.channels.speaking.announcer import Announcer
from emads_voice.channels.speaking.playout import Sentence
from emads_voice.messages import Phrase
from emads_voice.voice.languages import Language

from .doing import deed

FIRST: Sequence[Phrase] = ("moment", "looking")
"""An answer takes its time."""
LATER: Sequence[Phrase] = ("still_working", "moment_again", "looking")
"""It goes on taking it."""
STILL: Sequence[Phrase] = ("still_working", "moment_again")
"""They say something meanwhile."""
PRESENT: Sequence[Phrase] = ("still_working_again", "still_working")
"""They ask whether we are there."""


class Fillers:
    """Of one call."""

    def __init__(
        self,
        announcer: Announcer,
        language: Callable[[], Language],
        tool: Callable[[], tuple[str, str] | None],
    ) -> None:
        """Take what says them, the caller's language, and what tells which tool runs: its name, and its description."""
        self._announcer = announcer
        self._language = language
        self._said: dict[Phrase, int] = {}  # when, counted
        self._counter = count(1)
        self._tool = tool
        self._told = ""  # what was being done when that was said last

    async def waiting(self, among: Sequence[Phrase]) -> Sentence:
        """What is being done, where a tool tells that and it was not the last thing told; else as :meth:`make`.

        Raises:
            VoiceError: it cannot be spoken.
        """
        language, tool = self._language(), self._tool()
        what = await asyncio.to_thread(deed, *tool, language) if tool else ""
        if what and what != self._told:
            self._told = what
            return await self._announcer.prepare("doing", language, what=what)
        return await self.make(among)

    async def make(self, among: Sequence[Phrase] = FIRST, **values: str) -> Sentence:
        """The one that was not said for longest, with its sound; ``values`` are those of its placeholders.

        Raises:
            VoiceError: it cannot be spoken.
        """
        chosen = min(among, key=lambda phrase: self._said.get(phrase, 0))
        sentence = await self._announcer.prepare(chosen, self._language(), **values)
        self._said[chosen] = next(self._counter)
        return sentence
