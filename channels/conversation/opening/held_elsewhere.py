"""What a caller wants whose conversation is held on another line: to wait, to begin a new one, a person, to leave."""

from __future__ import annotations

from enum import Enum, auto

from emads_voice.agents.dialogue import Act, agrees, dialogue_act, mentions
from emads_voice.writing import QUESTION_MARKS


class Wish(Enum):
    """What they want."""

    ANEW = auto()
    """A conversation of its own."""
    PERSON = auto()
    LEAVE = auto()
    WAIT = auto()
    """They wait, and know that they do."""


def wish(text: str, *, asked: bool) -> Wish | None:
    """What the caller wants; None if it is something else.

    Args:
        text: what they said.
        asked: whether they had heard the question whether to begin a new one.
    """
    act = dialogue_act(text)
    acts = act.acts if act else ()
    if Act.PERSON in acts or Act.CALLBACK in acts:
        return Wish.PERSON
    if mentions(text, "not anew"):
        return Wish.WAIT
    if mentions(text, "anew") or mentions(text, "not waiting"):
        return Wish.ANEW
    if Act.GOODBYE in acts:
        return Wish.LEAVE
    asks = text.rstrip().endswith(tuple(QUESTION_MARKS))  # "How long do I have to wait?"
    if Act.WAIT in acts or (mentions(text, "staying") and not asks):
        return Wish.WAIT
    agreed = agrees(text) if asked else None
    if agreed is None:
        return None
    return Wish.ANEW if agreed else Wish.WAIT
