"""While we wait because a caller has asked us to: whether they come back, or talk to somebody else in the room.

What may be for us ends the wait: a question, a request, an answer. Only what is evidently not for us is let pass: calls
to people at home, requests for things to be brought, short statements, words from further away than theirs.
"""

from __future__ import annotations

from enum import Enum, auto

from emads_voice.agents.dialogue import Act, DialogueAct, mentions, pleads, returns
from emads_voice.voice.endpointing import Dictation, Said
from emads_voice.voice.languages import ENGLISH
from emads_voice.writing import QUESTION_MARKS

_SHORT = 7
"""Words: a statement of more is hardly part of a talk that is heard by chance."""


class Heard(Enum):
    """Who what was heard is for."""

    US = auto()
    BACK = auto()
    """They are back, and say nothing else."""
    OTHERS = auto()


def heard_while_waiting(text: str, act: DialogueAct | None, *, asked: bool, faint: bool, more: bool) -> Heard:
    """What an utterance is, while we wait.

    Args:
        text: what was said.
        act: what it does, if the conversation sees to that itself.
        asked: whether a question of ours is open, which any statement may answer.
        faint: whether it is much softer than the caller usually is.
        more: whether we have more to say, which goes on when they are back. Else "yes" is an answer.
    """
    back = returns(text)
    if back or (back is False and more):
        return Heard.BACK
    if act is not None and not (act.act is Act.CHATTER and not act.answers):
        return Heard.US
    if faint or act is not None or mentions(text, "to others"):
        return Heard.OTHERS
    dictated = Dictation().silence_s(Said(text, ENGLISH, 0.0)) is not None
    if dictated or any(sign.isdigit() for sign in text) or pleads(text) or mentions(text, "to us"):
        return Heard.US
    asks = text.rstrip().endswith(tuple(QUESTION_MARKS))
    return Heard.US if asked or asks or len(text.split()) > _SHORT else Heard.OTHERS
