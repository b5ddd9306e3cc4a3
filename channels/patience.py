"""The caller's patience: an answer they wait for is announced when it is late, and given up when it does not come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from emads_voice.voice.errors import VoiceError

from .announcer import Announcer
from .background import Background
from .manners import Manners
from .speaker import Speaker


class Patience:
    """Begins when a caller has finished, and is over when they have been answered or told that they will not be."""

    def __init__(
        self,
        manners: Manners,
        background: Background,
        speaker: Speaker,
        announcer: Announcer,
        *,
        begun: Callable[[], bool],
        theirs: Callable[[], bool],
        give_up: Callable[[TimeoutError], None],
    ) -> None:
        """
        Args:
            manners: when to announce, and when to give up.
            background: of the call.
            speaker: of the call.
            announcer: of the call.
            begun: whether something of the answer was said.
            theirs: whether the caller is speaking or keying.
            give_up: told when the answer does not come.
        """
        self._manners = manners
        self._background = background
        self._speaker = speaker
        self._announcer = announcer
        self._begun = begun
        self._theirs = theirs
        self._give_up = give_up
        self._since = 0.0

    @property
    def tried(self) -> bool:
        """Whether the caller waits."""
        return self._background.waits("deadline")

    def begin(self) -> None:
        """The caller has finished; from now on they wait."""
        self._since = asyncio.get_running_loop().time()
        self._background.after(
            "filler", self._manners.filler_after_s, lambda: self._background.start(self._fill())
        )
        self._background.after("deadline", self._manners.answer_within_s, self._late)

    def over(self) -> None:
        """They wait no longer."""
        self._background.cancel("filler", "deadline")

    async def _fill(self) -> None:
        """Say that the answer takes a moment, unless it is there before that is said."""
        since = self._since
        if self._begun() or self._speaker.busy or self._speaker.held:
            return
        try:
            line = await self._announcer.prepare("moment")
        except VoiceError:
            return  # the answer will meet it
        if self.tried and since == self._since and not (self._begun() or self._speaker.held):
            self._speaker.say(line)

    def _late(self) -> None:
        """Nothing has been heard of us for long enough to give up, unless the caller has the floor."""
        now, within_s = asyncio.get_running_loop().time(), self._manners.answer_within_s
        since = self._speaker.quiet_since if self._begun() else self._since
        if self._theirs() or (self._begun() and self._speaker.busy):
            since = now
        if since + within_s > now:
            self._background.after("deadline", since + within_s - now, self._late)
        else:
            self._give_up(TimeoutError(f"no answer within {within_s:g} s"))
