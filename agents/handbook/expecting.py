"""What kind of answer a question wants, where a passage without it cannot be one: a day, a sum, a name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from emads_voice.agents.text import fold, words

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
    (re.compile(r"\b(?:address|dia chi)\b"), re.compile(r"\b(?:address|dia chi)")),
    (
        re.compile(r"\b(?:(?:phone|telephone|fax) number|so dien thoai|so may)\b"),
        re.compile(r"\b(?:extension|so noi bo|phone number|so dien thoai|hotline)\b"),
    ),
]


def has_sum(text: str) -> bool:
    """Whether a text has a sum of money: a figure, or more in words, before its currency."""
    return bool(_AMOUNT.search(fold(text)))


def can_answer(question: str, texts: Iterable[str]) -> bool:
    """Whether a passage, in any of its languages, has the kind of thing that is asked for."""
    plain = " ".join(words(question))
    wanted = [has for asks, has in _KINDS if asks.search(plain)]
    if not wanted:
        return True
    told = [fold(text) for text in texts]
    return all(any(has.search(text) for text in told) for has in wanted)
