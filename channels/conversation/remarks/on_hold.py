"""Notices that nobody talks to us any more: the caller has put us on hold, and music or a radio is heard.

A recogniser makes words of songs, and nothing of music. So what makes no sense is counted: what says nothing, what is
said again and again, and what is always answered by the same words. After a few of those in a row the caller is asked
whether they are there; if more of the same follows we wait silently.
"""

from __future__ import annotations

import re
from collections import deque
from difflib import SequenceMatcher
from enum import Enum, auto

from emads_voice.agents.dialogue import shows_presence
from emads_voice.writing import QUESTION_MARKS

_TOO_MUCH = 20
_SILENT, _REPEATED, _REPEATED_UNANSWERED, _SAME_ANSWER = 3, 7, 4, 2
"""How senseless each is: seven sounds without words are too much, three repetitions, ten questions with one and the
same answer. Who is not answered may well say it again."""
_MOST_ASKS = 2
"""After so many, with words but nothing that tells that somebody is there, we wait as well."""
_SENTENCE = 4
"""Words of a sentence; "yes" may be said again and again."""
_REMEMBERED = 5
_ALIKE = 0.85
_WORD = re.compile(r"\w+")


class Sense(Enum):
    """What is to be done with what was heard."""

    ANSWER = auto()
    ASK = auto()
    """Ask whether somebody is there."""
    WAIT = auto()
    """Nothing: nobody seems to talk to us."""


class OnHold:
    """Of one call."""

    def __init__(self) -> None:
        self.waiting = False
        """Whether we wait silently."""
        self._asked = False  # whether we have just asked
        self._asks = 0  # since anybody was there
        self._score = 0
        self._repeats = False  # whether the last words were a sentence said before
        self._questions: deque[list[str]] = deque(maxlen=_REMEMBERED)
        self._last_answer: str | None = None

    def ignores(self, text: str) -> bool:
        """Whether we wait, and this is not the caller who comes back."""
        if (self.waiting or self._asked) and self._is_present(text):
            self.over()
        return self.waiting

    def heard(self, text: str) -> Sense:
        """Take an utterance that is not ignored; "" is one without words."""
        words = _WORD.findall(text.casefold())
        repeated = self._is_repeated(words) and not shows_presence(text)
        self._repeats = repeated and len(words) >= _SENTENCE
        if not words:
            self._score += _SILENT
        elif repeated:
            self._score += _REPEATED if self._last_answer else _REPEATED_UNANSWERED
        if words and not repeated:
            self._questions.append(words)
        if self._asked:
            self._asked = False
            self.waiting = repeated or not words
        elif self._score >= _TOO_MUCH:
            self.waiting = self._asks >= _MOST_ASKS
            self._asked = not self.waiting
            self._asks += 1
        if self._asked:
            return Sense.ASK
        return Sense.ANSWER if words and not self.waiting else Sense.WAIT

    def answered(self, answer: str | None) -> None:
        """The last question was answered so, or not at all."""
        if answer and answer == self._last_answer:
            self._score += _SAME_ANSWER
        elif not self._repeats:
            self._score = self._asks = 0
        self._last_answer = answer

    def over(self) -> None:
        """Somebody is there."""
        self.waiting = self._asked = False
        self._score = self._asks = 0

    def _is_repeated(self, words: list[str]) -> bool:
        return bool(words) and any(
            before == words
            or SequenceMatcher(None, before[:40], words[:40], autojunk=False).ratio() >= _ALIKE
            for before in self._questions
        )

    def _is_present(self, text: str) -> bool:
        """Whether somebody answers us."""
        return shows_presence(text) or text.strip().endswith(tuple(QUESTION_MARKS))
