"""What a caller is told while an answer is being worked on: in turn, so that no two in a row are the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from emads_voice.channels.speaking.announcer import Announcer
from emads_voice.channels.speaking.playout import Sentence
from emads_voice.messages import Phrase
from emads_voice.voice.languages import Language

FIRST: Sequence[Phrase] = ("moment", "looking")
"""An answer takes its time."""
STILL: Sequence[Phrase] = ("still_working", "moment_again")
"""They say something meanwhile."""
PRESENT: Sequence[Phrase] = ("still_working_again", "still_working")
"""They ask whether we are there."""


class Fillers:
    """Of one call."""

    def __init__(self, announcer: Announcer, language: Callable[[], Language]) -> None:
        """Take what says them, and the caller's language."""
        self._announcer = announcer
        self._language = language
        self._last: Phrase | None = None

    async def make(self, among: Sequence[Phrase] = FIRST) -> Sentence:
        """One that is not the one said last, with its sound.

        Raises:
            VoiceError: it cannot be spoken.
        """
        chosen = next(phrase for phrase in among if phrase != self._last)
        sentence = await self._announcer.prepare(chosen, self._language())
        self._last = chosen
        return sentence
