"""Whether somebody is there: who says nothing, or nothing that makes sense, is asked, but not waited for for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from emads_voice.channels.speaking.speaker import Speaker
from emads_voice.voice.ear import TranscriptEar
from emads_voice.voice.recognizer import Transcript

from .conduct import Conduct
from .handover import Handover
from .opening.opening import Opening
from .options import ConversationOptions
from .phases import Action, Event, Phase
from .review.review import Review

WAIT_S = 180.0
"""How long we wait for a caller who has put us on hold."""


class Presence:
    """Of one caller."""

    def __init__(
        self,
        call: Conduct,
        options: ConversationOptions,
        opening: Opening,
        handover: Handover,
        review: Review | None,
        *,
        occupied: Callable[[], bool],
    ) -> None:
        """
        Args:
            call: the conversation.
            options: how long a silence may last, and how often the caller is asked after one.
            opening: may wait for an answer.
            handover: may wait for the rest of a message.
            review: may wait for a decision; None where nothing is decided.
            occupied: whether either side is saying something, or keying it.
        """
        self._call = call
        self._options = options
        self._opening = opening
        self._handover = handover
        self._review = review
        self._occupied = occupied
        self._asked = 0  # in a row, after silence
        self._patient_until = 0.0
        self.coming_in = False
        """Whether we ask to be let in."""

    def shown(self) -> None:
        """They have said something."""
        self._asked = 0
        self._patient_until = 0.0
        self._call.background.cancel("on hold")

    def listen(self, at_least_s: float = 0.0) -> None:
        """From now on, they are expected to say something; what is not for us does not shorten the wait."""
        if self._call.phase().both_speak:
            now = asyncio.get_running_loop().time()
            self._patient_until = max(self._patient_until, now + at_least_s)
            silence_s = max(self._patient_until - now, self._handover.silence_s(self._options.idle_s))
            self._call.background.after("idle", silence_s, self._silent)
            if at_least_s:  # then they are asked, though a radio or others never fall silent
                until_s = at_least_s + self._options.idle_s
                self._call.background.after("on hold", until_s, self._waited)

    def _silent(self) -> None:
        """They have said nothing for a while."""
        self.listen()
        if self._occupied():
            return
        if self._handover.message_begun:
            self._call.background.start(self._handover.keep())
            return
        action = self._call.happened(Event.SILENCE)
        if action is Action.JUDGE:
            self._opening.judge(TranscriptEar(Transcript("", None, 0.0, "")))
        elif action is Action.REMIND and self._review:
            self._review.silent()
        elif action is Action.TELL_HELD:
            self._call.background.start(self._call.say("held_elsewhere"))
        elif self._asked >= self._options.idle_prompts:
            self._call.happened(Event.STILL_SILENT)
        else:
            self._asked += 1
            self._call.background.start(self._call.say("still_there"))

    def doubtful(self) -> None:
        """Much was heard, and nothing of it made sense: it may not be them."""
        self._call.background.after("on hold", WAIT_S, self._gone)
        self._call.background.start(self._call.say("still_there"))

    def _waited(self) -> None:
        """They have not come back."""
        if self._call.phase() is not Phase.CONVERSING:
            return
        if self._asked:
            self._call.background.after("on hold", WAIT_S, self._gone)
        else:
            self.doubtful()

    def come_in(self, speaker: Speaker) -> None:
        """They do not stop talking: ask to be let in, while they go on."""
        if self._call.phase() is not Phase.CONVERSING:
            return
        speaker.resume()
        self.coming_in = True
        self._call.background.start(self._come_in())

    async def _come_in(self) -> None:
        try:
            await self._call.say("come_in")
        finally:
            self.coming_in = False

    def _gone(self) -> None:
        if self._call.phase() is Phase.CONVERSING:
            self._call.happened(Event.STILL_SILENT)
