"""What so many of a thing cost where the documents say what one costs: "7 dollars per person", for 10 people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .features import words_of

_FIGURE = (
    r"(?P<figure>\d{1,3}(?:[.,]\d{3})+|\d+(?:[.,]\d{1,2})?) ?(?P<scale>thousand|million|nghìn|ngàn|triệu)?"
)
_CURRENCY = r"(?P<currency>dollars?|euros?|pounds?|dong|đô la|đô|đồng|euro)\b"
_THING = r"(?P<unit>[^\W\d_]+)"
# Two syllables are most Vietnamese words, one is enough to know a thing by.
_RATES = (
    re.compile(
        rf"\b{_FIGURE} ?{_CURRENCY} (?:more )?"
        rf"(?:per|an?|each|for each|for every|for one|một|mỗi|cho mỗi) {_THING}"
    ),
    re.compile(
        rf"\b(?:one|an?|each|every|một|mỗi) {_THING}\b[^\d.;]{{0,60}}?"
        rf"\b(?:costs?|tốn|giá|mất) [^\d.;]{{0,25}}?{_FIGURE} ?{_CURRENCY}"
    ),
)
_SCALES = {"thousand": 1_000, "nghìn": 1_000, "ngàn": 1_000, "million": 1_000_000, "triệu": 1_000_000}
# What makes a figure a limit, or one of several, and so no price of one.
_UNSURE = re.compile(
    r"\b(?:up to|at least|at most|more than|less than|below|above|between|first|tối đa|tối thiểu|ít nhất"
    r"|trên|dưới|quá)\b|\b(?:from|từ) (?:\w+ )?\d"
)
_ABOUT = re.compile(r"\b(?:about|around|roughly|on average|khoảng|trung bình|bình quân)\b")
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+")
_MANY = re.compile(r"\b(?P<count>\d{1,3}(?:[.,]\d{3})+|\d{1,6})\s+(?P<things>[^\W\d_]+(?:\s+[^\W\d_]+){0,3})")
_IN_A_YEAR = re.compile(
    r"\b(?:an?|one|per|each|every|một|mỗi)\s+(?:whole\s+)?(?:year|năm)\b|\b(?:yearly|annually)\b"
)
_MONTHS = frozenset(("month", "tháng"))
_MOST_READ = 2_000


@dataclass(frozen=True, slots=True)
class Product:
    """A price of one thing, times their number.

    Attributes:
        count: how many; with `things` as the caller said them, or None for the twelve months of a year.
        total: in ``currency``, exactly what the price times the count is.
        about: whether the documents say that the price is about so much.
    """

    count: int
    things: str | None
    total: Decimal
    currency: str
    about: bool


def product(question: str, text: str) -> Product | None:
    """What the question's number of things cost by a text; None unless the text has exactly one price for one of them.

    A question that names what another sentence of the text is about, "in Da Nang", has another price.
    """
    if len(question) > _MOST_READ or len(text) > _MOST_READ:
        return None
    sentences = [each for each in _SENTENCE.split(text.lower()) if each]
    rates = [(n, found) for n, each in enumerate(sentences) if (found := _rate(each))]
    if len(rates) != 1:
        return None
    [(place, rate)] = rates
    sentence = sentences[place]
    if _UNSURE.search(sentence) or _is_about_another(question, sentences, place):
        return None
    times = _times(question.lower(), rate["unit"])
    if times is None:
        return None
    count, things = times
    price = _number(rate["figure"]) * _SCALES.get(rate["scale"] or "", 1)
    return Product(count, things, price * count, rate["currency"], bool(_ABOUT.search(sentence)))


def _rate(sentence: str) -> re.Match[str] | None:
    """The price of one thing in a sentence that has a single sum."""
    if len(re.findall(_CURRENCY.replace("?P<currency>", "?:"), sentence)) != 1:
        return None
    return next((found for pattern in _RATES if (found := pattern.search(sentence))), None)


def _is_about_another(question: str, sentences: Sequence[str], place: int) -> bool:
    asked = set(words_of(question, accented=True))
    others = {
        word for n, each in enumerate(sentences) if n != place for word in words_of(each, accented=True)
    }
    return bool(
        {word for word in asked & (others - set(words_of(sentences[place], accented=True))) if word.isalpha()}
    )


def _times(question: str, unit: str) -> tuple[int, str | None] | None:
    counted = [found for found in _MANY.finditer(question) if _same(found["things"], unit)]
    if len(counted) == 1 and len(_MANY.findall(question)) == 1:
        return int(re.sub(r"[.,]", "", counted[0]["count"])), counted[0]["things"].split()[0]
    if not counted and unit in _MONTHS and _IN_A_YEAR.search(question) and not _MANY.search(question):
        return 12, None
    return None


_PERSON = frozenset(("person", "people", "persons", "head", "employee", "người", "guests", "guest"))


def _same(things: str, unit: str) -> bool:
    first = things.split()[0]
    if unit in _PERSON:
        return first in _PERSON
    return first == unit or set(words_of(first)) == set(words_of(unit)) != set()


def _number(text: str) -> Decimal:
    grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", text)
    return Decimal(re.sub(r"[.,]", "", text) if grouped else text.replace(",", "."))
