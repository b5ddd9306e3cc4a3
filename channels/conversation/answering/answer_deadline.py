"""What a caller is told while they wait for an answer: that it takes a moment, and at last that none will come."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from emads_voice.channels.background import Background
from emads_voice.channels.conversation.options import ConversationOptions
from emads_voice.channels.speaking.playout import Sentence
from emads_voice.channels.speaking.speaker import Speaker
from emads_voice.voice.errors import VoiceError

AGAIN_S, LONGER = 5.0, 1.3
"""How long after a filler the next one is said, and by how much longer each time: a caller who hears nothing for longer
asks whether the line is dead."""


class AnswerDeadline:
    """Measures the wait from when the caller has finished until they are answered, or told of a failure."""

    def __init__(
        self,
        options: ConversationOptions,
        background: Background,
        speaker: Speaker,
        *,
        filler: Callable[[], Awaitable[Sentence]],
        another: Callable[[], Awaitable[Sentence]],
        answering: Callable[[], bool],
        caller_busy: Callable[[], bool],
        on_timeout: Callable[[TimeoutError], None],
    ) -> None:
        """
        Args:
            options: after how long the filler is said, and after how long the answer is given up.
            background: of the call.
            speaker: of the call.
            filler: makes the sentence that says that the answer takes a moment; may raise a VoiceError.
            another: makes one that says that it still does; likewise.
            answering: whether some of the answer has been spoken.
            caller_busy: whether the caller is speaking or keying, and so does not wait for us.
            on_timeout: called when the answer does not come, or has stopped half way for too long.
        """
        self._options = options
        self._background = background
        self._speaker = speaker
        self._filler = filler
        self._another = another
        self._gap_s = 0.0  # until the next filler
        self._answering = answering
        self._caller_busy = caller_busy
        self._on_timeout = on_timeout
        self._since = self._before = 0.0

    @property
    def waiting(self) -> bool:
        """Whether the caller waits for an answer."""
        return self._background.waits("deadline")

    def begin(self) -> None:
        """The caller has finished; from now on they wait."""
        now = asyncio.get_running_loop().time()
        self._before, self._since = (self._since if self.waiting else now), now
        self._gap_s = AGAIN_S
        self._background.after("filler", self._options.filler_after_s, lambda: self.acknowledge(self._filler))
        self._background.after("deadline", self._options.answer_within_s, self._late)

    def as_before(self) -> None:
        """What they said was no question: they have waited since the one before."""
        self._since = self._before
        now, within_s = asyncio.get_running_loop().time(), self._options.answer_within_s
        self._background.after("deadline", max(0.0, self._since + within_s - now), self._late)

    def acknowledge(self, phrase: Callable[[], Awaitable[Sentence]]) -> None:
        """Say something at once to a caller who waits, unless the answer is there before that is said; and something
        else if they still wait after that."""
        self._background.start(self._fill(phrase))
        if self.waiting:
            self._background.after("filler", self._gap_s, lambda: self.acknowledge(self._another))
            self._gap_s *= LONGER

    def over(self) -> None:
        """They wait no longer."""
        self._background.cancel("filler", "deadline")

    async def _fill(self, filler: Callable[[], Awaitable[Sentence]]) -> None:
        since = self._since
        if self._answering() or self._speaker.busy or self._speaker.held:
            return
        try:
            sentence = await filler()
        except VoiceError:
            return  # the answer will meet it
        if self.waiting and since == self._since and not (self._answering() or self._speaker.held):
            self._speaker.say(sentence)

    def _late(self) -> None:
        """Give up, unless the caller is speaking or has heard something of us meanwhile."""
        now, within_s = asyncio.get_running_loop().time(), self._options.answer_within_s
        since = self._speaker.quiet_since if self._answering() else self._since
        if self._caller_busy() or (self._answering() and self._speaker.busy):
            since = now
        if since + within_s > now:
            self._background.after("deadline", since + within_s - now, self._late)
        else:
            self._on_timeout(TimeoutError(f"no answer within {within_s:g} s"))
