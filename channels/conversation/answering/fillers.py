"""What a caller is told while an answer is being worked on: what they have not heard for longest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count

from emads_voice.channels.speaking.announcer import Announcer
from emads_voice.channels.speaking.playout import Sentence
from emads_voice.messages import Phrase
from emads_voice.voice.languages import Language

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

    def __init__(self, announcer: Announcer, language: Callable[[], Language]) -> None:
        """Take what says them, and the caller's language."""
        self._announcer = announcer
        self._language = language
        self._said: dict[Phrase, int] = {}  # when, counted
        self._counter = count(1)

    async def make(self, among: Sequence[Phrase] = FIRST, **values: str) -> Sentence:
        """The one that was not said for longest, with its sound; ``values`` are those of its placeholders.

        Raises:
            VoiceError: it cannot be spoken.
        """
        chosen = min(among, key=lambda phrase: self._said.get(phrase, 0))
        sentence = await self._announcer.prepare(chosen, self._language(), **values)
        self._said[chosen] = next(self._counter)
        return sentence
