"""What a question wants counted, "How many trucks …?", "Phòng kế toán mấy người?", and whether a text counts it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Set
from dataclasses import dataclass

from emads_voice.agents.text import fold
from emads_voice.vietnamese import is_vietnamese

from .features import words_of

# "How many of our services …", "bao nhiêu xe tải"; "may" without its accents is a machine, too.
_HOW_MANY = re.compile(
    r"\b(?:how many|bao nhi[eê]u|mấy)\s+"
    r"(?!ti[eề]n\b|đô\b|do la\b|dollars?\b|percent\b|ph[aầ]n tr[aă]m\b)((?:[^\W_]+\s*){1,4})",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|seventy|eighty"
    r"|ninety|hundred|thousand|million|every|all|mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi|tram|nghin|trieu|moi)\b|\d+[.,]\d+"
)
_THEN = re.compile(
    r"\b(?:work|works|are|is|do|does|did|can|may|must|have|has|will|in|at|of|to|for|on|a|per)\b"
)
_BESIDE = 4
"""Between a figure and what it counts there are no more words that say something."""

# People are counted by any word for them; folded. "may" is one for how many only before such a word.
_PEOPLE = r"(?:nguoi|nhan vien|nhan su|people|persons|employees|staff|colleagues)"
_HOW_MANY_PEOPLE = re.compile(rf"\b(?:how many|bao nhieu|may) {_PEOPLE}\b|\bheadcount\b|\bquan so\b")
_FEW = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|hai|ba|bon|sau|bay|tam|chin|muoi)"
_COUNTED_PEOPLE = re.compile(
    rf"\b{_FEW} (?:[^\W\d_]+ )?(?:{_PEOPLE}|agents|drivers|workers|developers|engineers|members|tong dai vien|tai xe"
    r"|cong nhan|lap trinh vien|ky su|thanh vien)\b"
    rf"|\b{_PEOPLE}:? \d+\b"
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_WAREHOUSE_PEOPLE = re.compile(r"^(?:pickers?|packers?|nguoi soan hang|nhan vien soan hang)\b")
_ALL_TOGETHER = re.compile(
    r"\b(?:in total|altogether|all together|overall|in all|here|the (?:whole )?(?:company|firm|business)"
    r"|tong cong|tat ca|ca thay|hien nay|hien tai|(?:ca|toan) cong ty)\b"
)


@dataclass(frozen=True, slots=True)
class Count:
    """What is to be counted.

    Attributes:
        things: words of it, any of which will do; those for people where they are counted.
        people: they are, by whatever word.
        where: words for the department, the place or the shift whose people they are; empty for all of them.
    """

    things: frozenset[str]
    people: bool = False
    where: frozenset[str] = frozenset()

    def is_in(self, texts: Iterable[str]) -> bool:
        """Whether one of the texts, folded, counts it."""
        return any(self._in(text) for text in texts)

    def _in(self, text: str) -> bool:
        if not self.people:
            return _beside(self.things, text, before=_BESIDE)
        return any(
            (_COUNTED_PEOPLE.search(each) or _beside(self.things - _EMPLOYEES, each, before=0))
            and (not self.where or _parts(self.where) & _parts(words_of(each)))
            for each in _SENTENCE.split(text)
        )


def _beside(things: Set[str], text: str, *, before: int) -> bool:
    """Whether a figure has one of the things beside it, at most so many words before it."""
    said = words_of(_NUMBER.sub("1", text))
    return any(
        word.isdecimal() and not things.isdisjoint(said[max(0, at - before) : at + _BESIDE + 1])
        for at, word in enumerate(said)
    )


def _parts(found: Iterable[str]) -> set[str]:
    """The words of things: a "night shift" has one of "night"."""
    return {part for word in found for part in word.split("=") if part}


_EMPLOYEES = frozenset(words_of("employee"))


def wanted_count(question: str) -> Count | None:
    """What a question wants counted: of "How many trucks do we own?" the trucks; None if nothing that says much."""
    composed = unicodedata.normalize("NFC", question)
    plain = " ".join(re.findall(r"[^\W_]+", fold(composed)))
    if _HOW_MANY_PEOPLE.search(plain) and (is_vietnamese(question) or not plain.startswith("may ")):
        where = frozenset(words_of(_ALL_TOGETHER.sub(" ", _HOW_MANY_PEOPLE.sub(" ", plain)))) - _EMPLOYEES
        return Count(_EMPLOYEES, people=True, where=where)
    if not (found := _HOW_MANY.search(composed)):
        return None
    if of_the_warehouse := _WAREHOUSE_PEOPLE.match(fold(found[1])):
        where = frozenset(words_of(plain.replace(of_the_warehouse[0], " ")))
        return Count(frozenset(words_of(of_the_warehouse[0])), people=True, where=where)
    things = frozenset(words_of(_THEN.split(found[1].lower())[0])[:2])
    return Count(things) if things else None
