"""Follow-ups: questions that mean nothing without the one before ("and what would that cost?")."""

from __future__ import annotations

import re
from collections.abc import Sequence

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from emads_voice.agents.text import content_words, words
from emads_voice.vietnamese import is_vietnamese
from emads_voice.writing import QUESTION_MARKS

ACT = "act"
"""Marks what a caller said that is a dialogue act, and no question: under this key is which."""

# A question may open like this and still stand alone if it names its subject; it is then not short.
_OPENING = re.compile(
    r"(and|but|so|then|also|okay|ok|what about|how about|and what|why|how come|tell me more|go on|explain"
    r"|con|the con|vay|vay thi|the thi|the|nhung|va|tai sao|vi sao|sao vay|noi them|noi ro|giai thich)\b"
)
_REFERRING = re.compile(
    r"\b(that|it|this|they|them|those|these|the first one|the second one|the other one|instead"
    r"|no|viec do|viec nay|cai do|cai nay|phuong an do|phuong an nay|dieu do|dieu nay|du an do|du an nay"
    r"|nhu vay|nhu the|cai thu hai|chuyen do|chuyen nay|lam the|lam vay)\b"
)
# Asked alone, these ask for one side of a subject already named.
_SIDE = re.compile(
    r"(how much|how long|how many people|what does|what would|what are the (risks|costs|options|benefits)"
    r"|any risks|when|who decides|which one|which option|are you sure"
    r"|chi phi|bao nhieu tien|ton bao nhieu|gia|rui ro|mat bao lau|bao lau|khi nao|loi ich|co chac"
    r"|ai quyet)\b"
)
_MORE = re.compile(r"(thi sao|the nao|la sao|con gi nua|what else|anything else|more about (that|it))\W*$")

# Words: "and what does that mean for the people in the warehouse" has eleven and names its subject.
_SHORT = 9


def is_follow_up(text: str) -> bool:
    """Whether a question leans on the one before it; accents and punctuation are not needed."""
    found = words(text)
    plain = " ".join(found)
    if not found:
        return False
    if corrected_subject(text):
        return True
    subject = subject_of(text)
    opens, refers = bool(_OPENING.match(plain)), bool(_REFERRING.search(plain))
    if len(found) <= _SHORT:
        if opens and (refers or len(subject) <= 2):
            return True
        # A Vietnamese word is mostly two syllables.
        about = 2 if is_vietnamese(text) or _SIDE.match(plain) else 1
        if (refers or _MORE.search(plain)) and len(subject) <= about:
            return True
        return not subject and bool(_SIDE.match(plain) or content_words(text))
    return opens and refers and len(subject) <= 2


def goes_on(text: str) -> bool:
    """Whether a question opens as one does that goes on from another, "and how early must I …", whatever it names."""
    return bool(_OPENING.match(" ".join(words(text))))


# Content words that name a side of a subject, not a subject.
_SIDES = """
cost costs price money risk risks timeline long option options benefit benefits people staff team first
second third one recommend recommendation sure explain reason happens happen mean means details detail
decides tien lau cu xong truoc chon dau hai ba chac ly gia ton sao hon nua luc qua chuyen thang
tuan take takes per month year week longer longest shorter shortest quicker quickest faster fastest sooner soonest
slower slowest cheaper cheapest dearer dearest expensive riskier riskiest safer safest better best worse worst earlier
"""
_SIDE_WORDS = frozenset(_SIDES.split())
# Vietnamese ones of two syllables, each of which is a part of other words: "quy định mật khẩu" decides nothing.
_SIDE_PHRASES = re.compile(
    r"\b(?:chi phi|rui ro|loi ich|thoi gian|phuong an|lua chon|khuyen nghi|ket qua|quyet dinh|giai thich|giai quyet"
    r"|cu the|xay ra|xac nhan|nhan vien|y kien|mat (?:bao lau|may)"
    r"|(?:re|dat|mac|nhanh|cham|lau|som|tot|xau|ton|it) (?:hon|nhat))\b"
)

_CORRECTING = re.compile(
    r"^(?:(?:no|not that|nope|sorry|wait|actually|i mean|khong(?: phai)?|nham(?: roi)?|a khong|xin loi)\b[ ,.]*)*"
    r"(?:i (?:meant|mean|was asking about|asked about)|y (?:toi|em|minh) (?:la|noi|hoi)(?: ve)?"
    r"|(?:toi|em) (?:muon )?hoi(?: ve)?|(?:toi|em) muon noi(?: ve)?) +(?P<subject>.+)$"
)


def corrected_subject(text: str) -> str:
    """What was meant, in folded words, where a caller says that it was not what we understood: "No, I meant the ERP";
    "" where they say nothing of the kind."""
    found = _CORRECTING.match(" ".join(words(text)))
    subject = found["subject"] if found else ""
    return subject if subject and len(subject.split()) <= _SHORT and not _ASKS.search(subject) else ""


_ASKS = re.compile(
    r"\b(?:what|how|when|where|who|which|why|bao nhieu|bao lau|the nao|khi nao|o dau|la gi|khong)\b"
)


def without_subject(text: str) -> str:
    """A question without the words for what it is about: of "How many rooms are there" it is "how many are there"."""
    subject = set(subject_of(text))
    return " ".join(word for word in words(text) if word not in subject)


def subject_of(text: str) -> list[str]:
    """The folded words that name a subject."""
    plain = _SIDE_PHRASES.sub(" ", " ".join(words(text)))
    return [word for word in content_words(plain) if word not in _SIDE_WORDS]


def questions(messages: Sequence[BaseMessage]) -> list[str]:
    """What the caller asked, oldest first: not what was said to the conversation itself ("thank you")."""
    return [
        text
        for message in messages
        if isinstance(message, HumanMessage) and ACT not in message.additional_kwargs
        if (text := message.text.strip())
    ]


def standalone_question(messages: Sequence[BaseMessage]) -> str:
    """The caller's last question with what it refers back to: "Should we …? And what would that cost?"

    Empty if the caller said nothing.
    """
    asked = questions(messages)
    if not asked:
        return ""
    *before, last = asked
    subject = root_question(before) if is_follow_up(last) or _is_reply(messages) else ""
    if subject and (meant := corrected_subject(last)):
        return f"{without_subject(subject)} {meant}"
    return f"{_closed(subject)} {last}" if subject else last


def _is_reply(messages: Sequence[BaseMessage]) -> bool:
    """Whether the last message answers a question of ours, in few words."""
    last = max(n for n, message in enumerate(messages) if isinstance(message, HumanMessage))
    before = messages[last - 1] if last else None
    asked = isinstance(before, AIMessage) and before.text.rstrip().endswith(tuple(QUESTION_MARKS))
    return asked and len(words(messages[last].text)) <= _SHORT


def root_question(asked: Sequence[str]) -> str:
    """The last question that stands on its own; the first one if none does; empty if there is none."""
    return next((text for text in reversed(asked) if not is_follow_up(text)), asked[0] if asked else "")


def _closed(text: str) -> str:
    return text if text[-1] in ".?!…" else f"{text}?"
