"""Which options of an initiative a question speaks of, and which of them it wants compared in what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from typing import Literal

from emads_voice.agents.forms import CostEstimate
from emads_voice.agents.text import words

from .features import words_of
from .handbook import HandbookOption, Initiative

Measure = Literal["cost", "time"]

# Words of a comparison, by what is compared; accents folded.
_COST = (
    r"cheap(?:er|est)?|dear(?:er|est)?|expensive|(?:costs?|spend) (?:less|more)|(?:less|more|lowest|highest|least|most)"
    r"(?: \w+){0,2} costs?|lowest price|re (?:hon|nhat)|dat (?:hon|nhat)|ton (?:\w+ ){0,2}(?:hon|nhat)|mac (?:hon|nhat)"
)
_TIME = (
    r"quick(?:er|est)|fast(?:er|est)|soon(?:er|est)|slow(?:er|est)|(?:takes?|last) (?:longer|longest|less|more)"
    r"|(?:long|short)(?:er|est)|earli(?:er|est)|nhanh (?:hon|nhat)|som (?:hon|nhat)|lau (?:hon|nhat)|cham (?:hon|nhat)"
    r"|(?:nhieu|it) thoi gian (?:hon|nhat)"
)
_MEASURES: tuple[tuple[Measure, re.Pattern[str]], ...] = (
    ("time", re.compile(rf"\b(?:{_TIME})\b")),
    ("cost", re.compile(rf"\b(?:{_COST})\b")),
)


def compared(question: str) -> Measure | None:
    """In what a question compares things; None if it does not."""
    plain = " ".join(words(question))
    return next((measure for measure, pattern in _MEASURES if pattern.search(plain)), None)


def named_options(initiative: Initiative, text: str) -> list[HandbookOption]:
    """The options whose names a text has words of that neither the other options' names have nor the initiative's
    title, in order: "tổng đài" in a question about the contact centre names no option to hire "tổng đài viên"."""
    found = set(words_of(text))
    titled = {word for title in initiative.title.values() for word in words_of(title)}
    names = {key: _name_words(option, titled) for key, option in initiative.options.items()}
    shared = Counter(word for each in names.values() for word in each)
    return [
        initiative.options[key]
        for key, each in names.items()
        if any(word in found for word in each if shared[word] == 1)
    ]


def asked_option(initiative: Initiative, texts: Iterable[str]) -> HandbookOption | None:
    """The one option that the first text naming any speaks of; None if none does, or if it names several."""
    for text in texts:
        if named := named_options(initiative, text):
            return named[0] if len(named) == 1 else None
    return None


def _name_words(option: HandbookOption, titled: Set[str]) -> set[str]:
    """The words of an option's names, in each language without those of the title unless it has no others."""
    names = [set(words_of(name)) for name in option.name.values()]
    return {word for name in names for word in (name - titled or name)}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Options side by side.

    Attributes:
        options: those compared, in the order of the documents.
        least: the one that costs or takes least; None if that cannot be said of one.
        least_monthly: of costs, the one that costs least a month, where it is another.
    """

    options: Sequence[HandbookOption]
    least: HandbookOption | None
    least_monthly: HandbookOption | None = None


def comparison(initiative: Initiative, measure: Measure, question: str) -> Comparison | None:
    """The options a question names, or all of them, compared; None if fewer than two have the figure."""
    named = named_options(initiative, question)
    candidates = named if len(named) > 1 else list(initiative.options.values())
    if measure == "time":
        known = [option for option in candidates if option.timeline]
        return Comparison(known, _shortest(known)) if len(known) > 1 else None
    known = [option for option in candidates if option.cost]
    if len(known) < 2:
        return None
    return Comparison(known, _cheapest(known, "one_time"), _cheapest(known, "monthly"))


def _cheapest(
    options: Sequence[HandbookOption], part: Literal["one_time", "monthly"]
) -> HandbookOption | None:
    """The one that costs least; None where currencies differ, a figure is not known, or two are alike."""
    costs = [option.cost for option in options if option.cost]
    figures = [_figure(cost, part) for cost in costs]
    if len({cost.currency for cost in costs}) > 1 or any(figure is None for figure in figures):
        return None
    return _least(options, [figure for figure in figures if figure is not None])


def _figure(cost: CostEstimate, part: Literal["one_time", "monthly"]) -> float | None:
    return cost.one_time if part == "one_time" else cost.monthly


_DAYS = {
    "day": 1,
    "ngay": 1,
    "week": 7,
    "tuan": 7,
    "month": 30,
    "thang": 30,
    "year": 365,
    "nam": 365,
    "quarter": 91,
    "quy": 91,
}
_LENGTH = re.compile(r"(\d+(?:[.,]\d+)?) ?(day|ngay|week|tuan|month|thang|year|nam|quarter|quy)s?\b")


def _shortest(options: Sequence[HandbookOption]) -> HandbookOption | None:
    lengths = [_length(option) for option in options]
    known = [length for length in lengths if length is not None]
    return _least(options, known) if len(known) == len(options) else None


def _length(option: HandbookOption) -> float | None:
    """Days that an option takes; None if its timeline is nothing that can be counted."""
    for text in option.timeline.values():
        if found := _LENGTH.search(" ".join(words(text))):
            return float(found[1].replace(",", ".")) * _DAYS[found[2]]
    return None


def _least(options: Sequence[HandbookOption], figures: Sequence[float]) -> HandbookOption | None:
    least = min(figures)
    return options[figures.index(least)] if list(figures).count(least) == 1 else None
