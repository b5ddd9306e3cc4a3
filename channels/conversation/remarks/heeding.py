"""Which of what a caller's side sounds of is heeded: not our own echo, not a listener's "uh-huh", not music on hold."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from emads_voice.channels.conversation.caller.caller import Caller
from emads_voice.channels.conversation.phases import Phase
from emads_voice.channels.live_events import EchoHeard
from emads_voice.channels.speaking.speaker import Speaker

from .echo import is_echo
from .on_hold import OnHold, Sense


class Heed(Enum):
    """What an utterance is."""

    TURN = auto()
    """The caller's turn."""
    NOTHING = auto()
    """Nothing that changes anything."""
    NOBODY = auto()
    """No sense, for too long: the caller is to be asked whether they are there."""


class Heeding:
    """Judges the utterances of one call."""

    def __init__(
        self,
        speaker: Speaker,
        caller: Caller,
        *,
        phase: Callable[[], Phase],
        remark: Callable[[str, bool], bool],
    ) -> None:
        """
        Args:
            speaker: what we say, and have said.
            caller: how they sound.
            phase: the call's.
            remark: given what was said, and whether it began while we were speaking: does what a remark to the
                conversation itself asks of it, and returns whether no turn is wanted.
        """
        self._speaker = speaker
        self._on_hold = OnHold()
        self._phase = phase
        self._caller = caller
        self._remark = remark
        self._over_us = False
        self._wordless = 0  # interruptions in a row

    def began(self) -> None:
        """Somebody seems to speak."""
        self._over_us = self._speaker.loudness() > 0

    def answered(self, answer: str | None) -> None:
        """The caller's turn was answered so, or not at all."""
        self._on_hold.answered(answer)

    def judge(self, text: str, *, interrupting: bool) -> Heed:
        """What an utterance is.

        Args:
            text: what was recognised.
            interrupting: whether it began while we were speaking, or about to.
        """
        self._wordless = 0 if text else self._wordless + 1
        if self._over_us and self._caller.may_be_echo and self._is_echo(text, interrupting=interrupting):
            self._caller.was_echo()
            if text:  # else it may have been a cough
                self._speaker.tell(EchoHeard())
            return Heed.NOTHING
        if not text and interrupting:
            return Heed.NOTHING
        if self._on_hold.ignores(text) or (text and self._remark(text, interrupting)):
            return Heed.NOTHING
        if self._phase() is not Phase.CONVERSING:
            return Heed.TURN if text else Heed.NOTHING
        sense = self._on_hold.heard(text)
        return {Sense.ANSWER: Heed.TURN, Sense.ASK: Heed.NOBODY, Sense.WAIT: Heed.NOTHING}[sense]

    def _is_echo(self, text: str, *, interrupting: bool) -> bool:
        """Sound without words that interrupts us is taken for one the second time in a row, or each of its bursts
        would. The first may be a cough."""
        if not text:
            return interrupting and self._wordless > 1
        return is_echo(text, self._speaker.lately, cut=bool(self._speaker.left.rstrip()))
