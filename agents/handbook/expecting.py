"""What kind of answer a question wants, where a passage without it cannot be one: a day, a sum, a name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from emads_voice.agents.text import fold, words

from .counting import wanted_count
from .features import words_of

_DAY = (
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:january|february|march|april|may \d|june|july|august"
    r"|september|october|november|december)\b|\b(?:19|20)\d\d\b|\bthu (?:hai|ba|tu|nam|sau|bay)\b|\bchu nhat\b"
    r"|\bthang (?:\d|mot|hai|ba|tu|nam|sau|bay|tam|chin|muoi)|\bquy \d|\bhang ngay\b"
    r"|\bevery (?:day|evening|week|month)\b|\bmoi (?:ngay|toi|tuan|thang)\b"
)
_SUM = (
    r"\b(?:dollars?|dong|euros?|pounds?|yen|won|yuan|baht|rupees?|francs?|pesos?|usd|vnd|eur|gbp|jpy|do la|free"
    r"|mien phi|percent|phan tram)\b|[$€£¥₫]"
)
_AMOUNT = re.compile(
    r"(?:\d[\d.,]*|thousand|hundred|million|nghin|ngan|trieu|ty) ?(?:k |thousand |million |nghin |ngan |trieu |ty )?"
    r"(?:dollars?|dong|usd|vnd|euros?|eur|do\b|do la)|[$€£] ?\d"
)
_NAME = r"\b(?:named?|called|names|ten)\b"

# What asks for it, and what a passage must then have; accents folded.
_KINDS = [
    (
        re.compile(
            r"\b(?:(?:what|which) (?:days?|dates?|month|year|weekdays?)"
            r"|(?:ngay|thu|thang|nam) (?:may|nao)|mung may)\b"
        ),
        re.compile(_DAY),
    ),
    (
        re.compile(
            r"\b(?:names? of|what is (?:he|she|it|your|his|her) called|ten (?:la )?gi"
            r"|who (?:is|are) (?:our|the|your)|who founded|ai la|la ai)\b"
        ),
        re.compile(_NAME),
    ),
    (
        re.compile(
            r"\b(?:how much (?:money|does (?:it|an?|the|one) [\w ]{1,40} cost|do we (?:pay|spend))"
            r"|what does [\w ]{1,40} cost|what is the price"
            r"|(?:how much|what) [\w ]{1,40}\b(?:earns?|salary|wages?)|luong [\w ]{1,40}\bbao nhieu"
            r"|bao nhieu tien|gia (?:la )?(?:bao nhieu|may)|ton bao nhieu)\b"
        ),
        re.compile(_SUM),
    ),
    (
        re.compile(
            r"\b(?:salary|salaries|wages?|earns?)\b|(?<!so )\bluong (?:cua )?(?:giam doc|cto|coo|ceo|sep)\b"
            r"|^(?:tien )?luong (?!thang \d|tra\b)[\w ]{1,40}\b(?:bao nhieu|may)\b"
        ),
        re.compile(r"\b(?:salary|salaries|wages?|earns?|paid|pay|(?<!so )(?<!chat )luong)\b"),
    ),
    (
        re.compile(
            r"\b(?:what time|luc may gio|(?<!duoc )(?<!mat )(?<!them )may gio)\b(?! (?:mot|moi|lam|ot|trong|per|a)\b)"
        ),
        re.compile(
            r"\d:\d\d|\b\d+ (?:am|pm|o.clock|in the (?:morning|afternoon|evening)|at night)\b|\b(?:noon|midnight)\b"
            r"|\b\d+ gio (?:sang|trua|chieu|toi|dem)\b|\b(?:tu|luc|truoc|sau|den) \d+ gio\b|\bnua dem\b"
        ),
    ),
    (re.compile(r"\b(?:address|dia chi)\b"), re.compile(r"\b(?:address|dia chi)")),
    (
        re.compile(r"\b(?:(?:phone|telephone|fax) number|so dien thoai|so may)\b"),
        re.compile(r"\b(?:extension|so noi bo|phone number|so dien thoai|hotline)\b"),
    ),
    (
        re.compile(
            r"\b(?:above|beyond|over|more than|higher than|greater than|past) (?:that|this|it)\b"
            r"|\band (?:above|beyond|more)$"
            r"|\b(?:tren|vuot|qua|hon|cao hon|lon hon) (?:muc |so |khoan |han muc )?(?:do|nay|the|vay|nua)\b"
        ),
        re.compile(
            r"\b(?:above|beyond|more than|over \d|larger|higher|exceed\w*|everything else|anything else)\b"
            r"|\b(?:tren (?:\d|muc|so)|hon (?:\d|muc|so)|vuot|lon hon|cao hon|nhieu hon|qua \d)"
        ),
    ),
]


def has_sum(text: str) -> bool:
    """Whether a text has a sum of money: a figure, or more in words, before its currency."""
    return bool(_AMOUNT.search(fold(text)))


def can_answer(question: str, texts: Iterable[str]) -> bool:
    """Whether a passage, in any of its languages, has the kind of thing that is asked for."""
    plain = " ".join(words(question))
    wanted = [has for asks, has in _KINDS if asks.search(plain)]
    counted = wanted_count(question)
    there = _there(question)
    told = [fold(text) for text in texts] if wanted or counted or there else []
    return (
        all(any(has.search(text) for text in told) for has in wanted)
        and (counted is None or counted.is_in(told))
        and (not there or any(there.intersection(words_of(text)) for text in told))
    )


# "Is there a gym in the Hanoi office?": what tells of the office tells nothing of a gym.
_IS_THERE = re.compile(
    r"^(?:is|are) there (?:an? |any |some )?((?:[^\W_]+\s*){1,2})"
    r"|^(?:do|does|have|has) (?:we|you|it|they) (?:have|got|own)"
    r" (?:an? |any |some )?((?:[^\W_]+\s*){1,2})",
    re.IGNORECASE,
)


def _there(question: str) -> set[str]:
    """What a question asks whether it is there; empty if it asks something else."""
    found = _IS_THERE.search(question.strip())
    return set(words_of(found[1] or found[2])) if found else set()


_ASKS_PERMISSION = re.compile(
    r"^(?:may|can|could|is|are)\b.{0,200}\b(?:allowed|permitted)\b"
    r"|^(?:may|can|could|must)\b|\b(?:am i|are we) allowed\b"
    r"|\b(?:co )?duoc (?:phep )?\w.{0,80}\bkhong$|\bco the \w.{0,80}\bkhong$"
)
_TELLS_PERMISSION = re.compile(
    r"\b(?:may(?: not)?|must not|can(?:not)?|only|never|allowed|nobody)\b"
    r"|\b(?:khong )?duoc phep\b|\bkhong duoc\b|\bchi\b.{0,80}\bmoi\b"
)


def asks_permission(question: str) -> bool:
    """Whether a question asks what may be done: "May AI promise a refund?"."""
    return bool(_ASKS_PERMISSION.search(" ".join(words(question))))


def tells_permission(texts: Iterable[str]) -> bool:
    """Whether a passage, in any of its languages, tells what may be done or may not."""
    return any(_TELLS_PERMISSION.search(fold(text)) for text in texts)
