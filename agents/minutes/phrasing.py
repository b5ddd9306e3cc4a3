"""How people take on tasks, ask for them, decide and agree, in English and Vietnamese: ``phrases/en.txt``, ``phrases/vi.txt``.

A sentence counts only if what is taken on is something to be done: "I'll send", not "I'll be honest".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from emads_voice.agents.text import words
from emads_voice.vietnamese import is_vietnamese

from .patterns import Owner, Phrases, compiled, phrases

_ENGLISH, _VIETNAMESE = phrases("en"), phrases("vi")
_BOTH = (_ENGLISH, _VIETNAMESE)

_FEWEST = 2
"""Words of a task: a verb alone says nothing of what is done."""

_AFTER = re.compile(r"(?<=\w)(?:[.!?…] |; |, (?:but|because|so that|nhưng|vì|để)\b).*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Taken:
    """That something is to be done, as a sentence says it.

    Attributes:
        owner: who is to do it: who says so, who is told, all of them, whoever wants to, or somebody who is named.
        name: of the latter, and of who is told where that is said.
        task: what, from its verb on.
        weak: it may be an offer, or meant for somebody else: a date or somebody's yes makes it certain.
    """

    owner: Owner
    name: str
    task: str
    weak: bool = False


class Phrasing:
    """The phrases of one meeting, whose people have names."""

    def __init__(self, names: Sequence[str], *, cased: bool = True) -> None:
        """
        Args:
            names: of those who speak, as far as they are known.
            cased: the transcript has capitals; else names are found in any case.
        """
        self._names, self._cased = tuple(names), cased

    def clauses(self, sentence: str) -> list[str]:
        """A sentence in parts, where it gives something to do to several: "Lan books the room, and I'll order lunch"."""
        said = _straight(sentence)
        spoken = _language(said)
        if _search(spoken["not_meant"], said):
            return [sentence.strip()]
        parts, start = [], 0
        for match in self._finditer(spoken["next"], said):
            parts.append(said[start : match.start()].strip())
            start = match.end()
        return [*parts, said[start:]]

    def task(self, sentence: str) -> Taken | None:
        """What somebody is to do; None if the sentence does not say so for certain."""
        said = _straight(sentence)
        spoken = _language(said)
        if _search(spoken["not_meant"], said):
            return None
        for rule in spoken.rules:
            match = self._search(rule.pattern, said)
            if match is None:
                continue
            if (
                said.endswith("?")
                and rule.owner not in ("you", "anyone")
                and not _search(spoken["asked"], said)
            ):
                continue
            found = match.groupdict()
            name = next((found[key] for key in ("known", "name", "titled", "stranger") if found.get(key)), "")
            if rule.owner == "you":
                name = self._called(said)
            task = _tidy(match["task"], spoken, name)
            if len(words(task)) >= _FEWEST:  # "let me check"
                return Taken(rule.owner, name, task, rule.weak)
        return None

    def decision(self, sentence: str) -> str:
        """What was decided; "" if the sentence does not say so."""
        said = _straight(sentence)
        spoken = _language(said)
        if said.endswith("?") or _search(spoken["undecided"], said):
            return ""
        match = _search(spoken["decided"], said)
        return _tidy(match["text"], spoken) if match else ""

    def proposal(self, sentence: str) -> str:
        """What is proposed to all; "" if the sentence proposes nothing."""
        said = _straight(sentence)
        spoken = _language(said)
        match = _search(spoken["proposed"], said)
        return _tidy(match["text"], spoken) if match else ""

    def appointment(self, sentence: str) -> str:
        """What is to take place; "" if the sentence does not say so."""
        said = _straight(sentence)
        spoken = _language(said)
        if said.endswith("?") or _search(spoken["not_meant"], said):
            return ""
        match = _search(spoken["meeting"], said)
        return _tidy(match[0], spoken) if match else ""

    def _called(self, said: str) -> str:
        """Who is told: "Minh, can you …", "… please, Minh."."""
        match = self._search(
            r"^(?:\w+,? ){0,2}{known},|(?:,| nhé| nha| nhá) (?:(?:anh|chị|em) )?{last}[\s.!?]*$", said
        )
        return (match["known"] or match["last"]) if match else ""

    def _finditer(self, pattern: str, said: str) -> Iterator[re.Match[str]]:
        return compiled(pattern, _plain(said), self._names, self._cased).finditer(said)

    def _search(self, pattern: str, said: str) -> re.Match[str] | None:
        return compiled(pattern, _plain(said), self._names, self._cased).search(said)


def accepts(sentence: str) -> bool:
    """Whether somebody says yes."""
    return not refuses(sentence) and _either("yes", sentence)


def takes(sentence: str) -> bool:
    """Whether somebody says that they do what was asked of nobody."""
    return not refuses(sentence) and _either("takes", sentence)


def agrees(sentence: str) -> bool:
    """Whether somebody says that they are for it, and not just that they listen."""
    return not refuses(sentence) and _either("for", sentence)


def refuses(sentence: str) -> bool:
    """Whether somebody says no."""
    return _either("no", sentence)


def says_when(sentence: str) -> bool:
    """Whether somebody says by when they need what was asked for just before."""
    return _either("due", sentence)


def takes_back(sentence: str) -> bool:
    """Whether what was said just before is not meant any more."""
    return _either("back", sentence)


def _language(said: str) -> Phrases:
    return _VIETNAMESE if is_vietnamese(said) else _ENGLISH


def _either(heading: str, sentence: str) -> bool:
    said = _straight(sentence)
    return any(_search(spoken[heading], said) for spoken in _BOTH)


def _search(pattern: str, said: str) -> re.Match[str] | None:
    return compiled(pattern, _plain(said)).search(said)


def _plain(said: str) -> bool:
    """Whether it is Vietnamese without accents."""
    return said.isascii() and is_vietnamese(said)


def _straight(sentence: str) -> str:
    return sentence.strip().replace("’", "'")


def _tidy(text: str, spoken: Phrases, called: str = "") -> str:
    """A task or decision without what is only polite, who is called, and the sentence after it."""
    tail = compiled(rf"[\s,]*\b(?:{spoken['tail']})?[\s.!?,;…]*$")
    text = tail.sub("", tail.sub("", _AFTER.sub("", text.strip())))
    return tail.sub("", tail.sub("", text.removesuffix(called)))
