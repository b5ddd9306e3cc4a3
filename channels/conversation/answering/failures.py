"""The failures of one call, counted: the second in a row is one too many."""

from __future__ import annotations

import logging
from collections.abc import Callable

from emads_voice.channels.conversation.conduct import Conduct
from emads_voice.channels.conversation.phases import Action, Event
from emads_voice.messages import Phrase
from emads_voice.voice.errors import VoiceError

_log = logging.getLogger(__name__)


class Failures:
    """Counts failures in a row."""

    def __init__(self, name: str) -> None:
        """``name`` is the call's, as log lines name it."""
        self._name = name
        self._in_a_row = 0

    @property
    def event(self) -> Event:
        """What has happened with the last of them."""
        return Event.FAILURE if self._in_a_row < 2 else Event.SECOND_FAILURE

    def add(self, error: Exception) -> None:
        """Something did not work: count it, and log it once."""
        expected = isinstance(error, VoiceError | TimeoutError)
        told = "call %s: a turn failed (%s: %s)"
        _log.warning(told, self._name, type(error).__name__, error, exc_info=None if expected else error)
        self._in_a_row += 1

    def count(self, *, failed: bool, remark: bool) -> bool:
        """Count a turn. Its apology, if it is one, is a failure as any other, heard to its end or not.

        Args:
            failed: whether it is one.
            remark: the conversation itself has answered ("Hello?"). That shows nothing of whether agents work: what was
                counted before stays counted.

        Returns:
            Whether it was one too many.
        """
        if not remark:
            self._in_a_row = self._in_a_row + 1 if failed else 0
        return failed and self._in_a_row > 1

    async def recover(self, call: Conduct, still: Callable[[], bool], apology: Phrase) -> None:
        """Say that something did not work; the second time in a row, hand the caller over.

        Args:
            call: the call.
            still: whether nothing else has begun since it failed.
            apology: what they are told.
        """
        async with call.floor:
            if not still() or call.happened(self.event) is not Action.APOLOGISE:
                return
            await call.fall_silent("failed")
        await call.tell(apology)
