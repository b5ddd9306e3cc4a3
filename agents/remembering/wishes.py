"""Finding out whether an utterance wants something of the memory, and what.

Patterns are searched in folded words, so that accents, capitals and punctuation do not matter; what is handed on are
the caller's own words. What may as well be a question for an agent ("Was the budget approved?") is told as unsure: it
is one about a decision only if there is one.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate

from emads_voice.agents.text import fold, words

from .english import ENGLISH
from .patterns import Wording
from .vietnamese import VIETNAMESE
from .wish import Wish

_WORD = re.compile(r"[^\W_]+")
_LANGUAGES = (ENGLISH, VIETNAMESE)
_BEGS = re.compile(r"(?:please |\w+ )??(?:can|could|would|will) you\b|.*\b(?:duoc khong|nhe|nha)$")
MOST_WORDS = 60
"""Who says more says more than this."""


@lru_cache(256)  # the same question is asked about several times in its turn
def wish_of(text: str) -> Wish | None:
    """What an utterance wants of the memory; None if it is something else.

    Args:
        text: as it was heard or typed, in English or Vietnamese.
    """
    said = _Said(text)
    if not 1 < len(said.words) <= MOST_WORDS:
        return None
    for wording in _LANGUAGES:
        if found := _own(said, wording):
            return found
    for sure in (True, False):
        for wording in _LANGUAGES:
            if found := _recall(said, wording, sure=sure):
                return found
    return None


class _Said:
    """An utterance as words, folded, with the way back to the words as they were said."""

    def __init__(self, text: str) -> None:
        self.text = unicodedata.normalize("NFC", text)
        self._places = list(_WORD.finditer(self.text))
        self.words = [fold(place[0]) for place in self._places]
        self.plain = " ".join(self.words)
        self._starts = list(accumulate((len(word) + 1 for word in self.words), initial=0))[:-1]

    def original(self, start: int, end: int) -> str:
        """The words of a part of :attr:`plain` as they were said."""
        if not self.plain[start:end].strip():
            return ""
        start += len(self.plain[start:end]) - len(self.plain[start:end].lstrip())
        end -= len(self.plain[start:end]) - len(self.plain[start:end].rstrip())
        first, last = bisect_right(self._starts, start) - 1, bisect_right(self._starts, end - 1) - 1
        return self.text[self._places[first].start() : self._places[last].end()]

    def is_accented(self) -> bool:
        return not self.text.isascii()


def _own(said: _Said, wording: Wording) -> Wish | None:
    """What is wanted of what is kept of the caller."""
    if any(pattern.search(said.plain) for pattern in wording.forget_all) and _means(said, wording):
        return Wish("forget", everything=True)
    for pattern in wording.forget:
        if (match := pattern.search(said.plain)) and _means(said, wording):
            return Wish("forget", about=_group(said, match, "s"))
    for pattern in wording.keep:
        if (match := pattern.search(said.plain)) and _means(said, wording):
            asks = said.text.rstrip().endswith("?") and not _BEGS.match(said.plain)
            return None if asks else Wish("keep", about=_group(said, match, "s"))
    if any(pattern.search(said.plain) for pattern in wording.tell):
        return Wish("tell")
    return None


def _means(said: _Said, wording: Wording) -> bool:
    """Whether the words that have to have certain accents have them, where accents are written."""
    if not said.is_accented() or not wording.remembers:
        return True
    lower = said.text.lower()
    return any(
        written in lower for plain, written in wording.remembers.items() if plain in said.plain
    ) or not any(plain in said.plain for plain in wording.remembers)


def _recall(said: _Said, wording: Wording, *, sure: bool) -> Wish | None:
    for pattern in wording.decided if sure else wording.perhaps:
        match = pattern.search(said.plain)
        if not match:
            continue
        groups = match.groupdict()
        if digits := groups.get("r"):
            return Wish("recall", reference=_digits(digits, wording), sure=sure)
        subject = next((name for name in ("s", "q", "p") if (groups.get(name) or "").strip()), "s")
        cue = said.plain[: match.end()]
        if groups.get(subject) and subject != "q":
            start, end = match.span(subject)
            cue = said.plain[:start] + " " + said.plain[end : match.end()]
            if subject == "p":  # “Nên … quyết định gì”: what stands just before it counts
                cue = " ".join(said.plain[:end].split()[-3:]) + " " + said.plain[end : match.end()]
        if wording.undecided.search(cue):
            continue
        about = _subject(said, match, subject, wording) if groups.get(subject) else ""
        if not sure and not words(about):
            continue
        return Wish("recall", about=about, sure=sure)
    return None


def _group(said: _Said, match: re.Match[str], name: str) -> str:
    if not match.groupdict().get(name):
        return ""
    rest = said.original(*match.span(name))
    ends = said.text.find(rest) + len(rest)
    tail = said.text[ends : ends + 1]
    return rest + (tail if tail in ("%", ")") else "")


def _subject(said: _Said, match: re.Match[str], name: str, wording: Wording) -> str:
    """The words of the subject, without what stands around it: “last week”, “chúng ta”."""
    start, end = match.span(name)
    plain = said.plain[start:end]
    left = wording.around.sub(lambda found: "\0" * len(found[0]), plain)
    pieces = []
    for found in re.finditer(r"[^\0 ]+", left):
        pieces.append(said.original(start + found.start(), start + found.end()))
    while pieces and pieces[0].lower() in wording.beside:
        pieces.pop(0)
    while pieces and pieces[-1].lower() in wording.beside:
        pieces.pop()
    return " ".join(pieces)


def _digits(spoken: str, wording: Wording) -> str:
    return "".join(wording.digits.get(word, word) for word in spoken.split())
