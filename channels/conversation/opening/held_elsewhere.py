"""What a caller wants whose conversation is held on another line: to wait, to begin a new one, a person, to leave.

The words are patterns over what recognisers write, without accents, which they may lose.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from emads_voice.agents.dialogue import Act, agrees, dialogue_act
from emads_voice.writing import without_accents


class Wish(Enum):
    """What they want."""

    ANEW = auto()
    """A conversation of its own."""
    PERSON = auto()
    LEAVE = auto()
    WAIT = auto()
    """They wait, and know that they do."""


_ANEW = re.compile(
    r"\b(?:(?:new|another|fresh|different|separate)\b.{0,20}\b(?:one|conversation|call|chat|session|talk)"
    r"|(?:start|begin|starting|beginning)\b.{0,20}\b(?:over|again|anew|afresh|new|fresh)"
    r"|(?:over|anew|afresh)$|from scratch|from the beginning|restart"
    r"|(?:cuoc|lan|cai)\b.{0,20}\b(?:moi|khac)|bat dau (?:lai|moi)|(?:lai )?tu dau|lam moi|noi chuyen moi"
    r"|neue[sn]? (?:gesprach|unterhaltung)|von vorn\w*|neu (?:anfangen|beginnen)"
    r"|(?:nueva|otra) (?:conversacion|llamada)|de nuevo|desde cero|empezar otra"
    r"|(?:nouvelle|autre) (?:conversation|discussion)|recommencer|a zero)\b"
    r"|重新开始|新的?对话|从头|新しい|最初から|別の|새로|새 대화|처음부터"
)
_NOT_WAITING = re.compile(
    r"\b(?:(?:don.?t|do not|cannot|can.?t|won.?t|not) (?:want to |wanna |going to )?wait"
    r"|khong (?:muon |the |co thoi gian )?(?:cho|doi))\b"
)
_NOT_ANEW = re.compile(
    r"\b(?:(?:don.?t|do not|not|no need to|without) (?:want to |need to )?(?:start|begin|a new|another)"
    r"|khong (?:can|muon)? ?(?:bat dau|cuoc))\b"
)
_WAITING = re.compile(
    r"\b(?:wait|hold|stay|cho|doi|giu may|warte\w*|espero|esperar|attends|attendre)\b|等|待|기다"
)


def wish(text: str, *, asked: bool) -> Wish | None:
    """What the caller wants; None if it is something else.

    Args:
        text: what they said.
        asked: whether they had heard the question whether to begin a new one.
    """
    act = dialogue_act(text)
    acts = act.acts if act else ()
    if Act.PERSON in acts:
        return Wish.PERSON
    said = without_accents(text.casefold()).strip(" .!?…")
    if _NOT_ANEW.search(said):
        return Wish.WAIT
    if _ANEW.search(said) or _NOT_WAITING.search(said):
        return Wish.ANEW
    if Act.GOODBYE in acts:
        return Wish.LEAVE
    if _WAITING.search(said) or Act.WAIT in acts:
        return Wish.WAIT
    agreed = agrees(text) if asked else None
    if agreed is None:
        return None
    return Wish.ANEW if agreed else Wish.WAIT
