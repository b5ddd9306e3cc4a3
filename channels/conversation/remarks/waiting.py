"""While we wait because a caller has asked us to: whether they come back, or talk to somebody else in the room.

What may be for us ends the wait: a question, a request, an answer. Only what is evidently not for us is let pass: calls
to people at home, requests for things to be brought, short statements, words from further away than theirs.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from emads_voice.agents.dialogue import Act, DialogueAct
from emads_voice.voice.endpointing import Dictation, Said
from emads_voice.voice.languages import ENGLISH
from emads_voice.writing import QUESTION_MARKS, without_accents

_SHORT = 7
"""Words: a statement of more is hardly part of a talk that is heard by chance."""

_BACK = re.compile(
    r"\b(?:i ?.?a?m (?:back|ready|here|good|done)|(?:i ?.?(?:ha)?ve )?got it|i have it|here i am|go (?:on|ahead)"
    r"|continue|(?:i ?.?a?m )?sorry(?: (?:about|for) (?:that|the wait|this|keeping you))?|where were we|carry on"
    r"|thanks for (?:waiting|holding)"
    r"|(?:toi|em|anh|chi|minh|con) (?:day|quay lai|xong)(?: roi)?(?: day)?|quay lai roi|(?:noi )?tiep(?: di| tuc)?"
    r"|xin loi|cam on da (?:cho|doi)|xong roi|xong|em oi|anh oi|chi oi)\b"
)
_BESIDE = re.compile(
    r"\b(?:okay|ok|alright|all right|right|so|now|hello|hi|yes|yeah|well|roi|da|vang|a|nhe|alo|a lo)\b"
)
"""Ends the wait by itself where we have more to say."""
_WORD = re.compile(r"[^\W_]")
_CALLS = re.compile(
    r"\b(?:honey|darling|sweetheart|sweetie|babe|mum|mom|mommy|mama|dad|daddy|papa|kids|grandma|grandpa"
    r"|(?:me|bo|ba|ma|con|chau|ong|cu|vo|chong) oi|cung oi|minh oi)\b"
)
_ROOM = re.compile(
    r"\b(?:have you seen|where did (?:you|i|we) (?:put|leave)"
    r"|(?:can|could|would|will) you (?:get|bring|hand|grab|pass|turn|close|open|shut|hold|take) (?:me |us )?"
    r"(?:the|my|a|that|your|it|down|off)|(?:give|hand|bring|pass|get) me (?:the|my|that|a)|close the"
    r"|turn (?:it|that|the)|come here|be quiet|shh+|not now|in a minute|i ?.?a?m on the phone"
    r"|(?:lay|dua|mang|cam|dong|mo|tat) (?:giup |ho |cho )?(?:me|bo|anh|chi|em|toi|con|tao)?.{0,12}"
    r"\b(?:ho|giup|voi|di|cai)|de .{1,12} o dau|dang nghe dien thoai|im (?:di|lang)|tu tu|lat nua)\b"
)
_FOR_US = re.compile(
    r"\b(?:please|i want|i need|i ?.?(?:woul)?d like|i have to|my \w+ (?:is|was|number)|the number is"
    r"|tell me|cancel|forget|stop|(?:toi|em|anh|chi) (?:muon|can)|cho (?:toi|em|anh|chi)"
    r"|so (?:la|cua)|ma (?:la|so|don)|lam on|giup (?:toi|em|anh|chi))\b"
)


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
    said = without_accents(text.casefold()).strip()
    back = _BACK.search(said) is not None
    if (back or more) and _WORD.search(said) and not _WORD.search(_BESIDE.sub(" ", _BACK.sub(" ", said))):
        return Heard.BACK
    if act is not None and not (act.act is Act.CHATTER and not act.answers):
        return Heard.US
    if faint or act is not None or _CALLS.search(said) or _ROOM.search(said):
        return Heard.OTHERS
    dictated = Dictation().silence_s(Said(text, ENGLISH, 0.0)) is not None
    if dictated or any(sign.isdigit() for sign in said) or _FOR_US.search(said):
        return Heard.US
    asks = text.rstrip().endswith(tuple(QUESTION_MARKS))
    return Heard.US if asked or asks or len(said.split()) > _SHORT else Heard.OTHERS
