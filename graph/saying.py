"""How an answer reaches a mouth while it is being generated.

Here is also chosen which language an answer is spoken in: the caller's, or English.
"""

from __future__ import annotations

import asyncio
from contextvars import copy_context
from typing import Protocol

from emads_voice.voice.languages import ENGLISH, Language
from emads_voice.voice.text.language import identify, warm_up
from emads_voice.writing import storable

_FIRST_HALVES = frozenset(map(chr, range(0xD800, 0xDC00)))
"""Of characters that were cut in two, as Python may hold them."""

ENOUGH_TO_IDENTIFY = 24
"""Characters: shorter beginnings ("OK. ") do not tell languages apart."""


class Feed(Protocol):
    """Where the pieces go: :meth:`.mouth.Mouth.feed`."""

    def __call__(self, text: str, *, language: Language) -> None: ...


class Saying:
    """What an agent is given to say its answer with: called with each piece, feeds a mouth.

    Nothing is fed before enough of the answer is there to know its language; an answer that is over before that is
    left to :meth:`.mouth.Mouth.finish`.

    Attributes:
        said: all of the answer that was said so far.
    """

    def __init__(self, feed: Feed, caller: Language) -> None:
        """Take where the pieces go and the caller's language. See :func:`saying` for use inside the event loop."""
        self.said = ""
        self._half = ""
        self._feed = feed
        self._caller = caller
        self._language: Language | None = None
        self._context = copy_context()  # speech belongs to the agent's span, not to its model call's

    def __call__(self, piece: str) -> None:
        whole = self._half + piece
        self._half = (
            whole[-1:] if whole[-1:] in _FIRST_HALVES else ""
        )  # the other one may be in the next piece
        piece = storable(whole[: len(whole) - len(self._half)])
        self.said += piece
        if self._language:
            self._context.run(self._feed, piece, language=self._language)
        elif self._enough:
            self._language = spoken_language(self.said, self._caller)
            self._context.run(self._feed, self.said, language=self._language)

    @property
    def _enough(self) -> bool:
        text = self.said.lstrip()
        return len(text) >= ENOUGH_TO_IDENTIFY or text.endswith("\n")


async def saying(feed: Feed, caller: Language) -> Saying:
    """A :class:`Saying` that will not hold up the event loop by loading what tells languages apart."""
    if caller != ENGLISH:
        await asyncio.to_thread(warm_up)
    return Saying(feed, caller)


async def tell_language(text: str, caller: Language) -> Language:
    """The same as :func:`spoken_language`, off the event loop where that takes time."""
    return caller if caller == ENGLISH else await asyncio.to_thread(spoken_language, text, caller)


def spoken_language(text: str, caller: Language) -> Language:
    """The language an answer is in: the caller's, or English where whoever answered knows no other.

    An English sentence in a Vietnamese voice is not understood by anyone. Unless the caller speaks English, the first
    call loads a model (0.8 s).
    """
    return caller if caller == ENGLISH else identify(text, (caller, ENGLISH))
