"""Vietnamese that has lost its accents, given them back as far as known texts have its words.

An embedding of "khoa ma hoa ai giu" says little, one of "khóa mã hóa ai giữ" much. What a syllable was is told by those
beside it, in the texts an agent answers from: a bigram model, read off by Viterbi's algorithm (1967).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from emads_voice.vietnamese import is_vietnamese

from .text import fold

_WORD = re.compile(r"[^\W_]+")
_START = ""
_TOGETHER = 5.0
"""What having stood beside its neighbour adds to a syllable, in shares of how often it stands there at all."""


class Accents:
    """What was learned from texts of one subject, Vietnamese and others."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Learn from texts that have their accents."""
        self._written: dict[str, Counter[str]] = defaultdict(Counter)
        self._beside: Counter[tuple[str, str]] = Counter()
        self._foreign: set[str] = set()
        for text in texts:
            found = _WORD.findall(text.lower())
            if not is_vietnamese(text):
                self._foreign.update(found)
                continue
            for before, word in zip([_START, *found], found, strict=False):
                self._written[fold(word)][word] += 1
                self._beside[before, word] += 1

    def restored(self, text: str) -> str:
        """A text in lower case with its likeliest accents; as it is where it has some, or is not Vietnamese.

        Words that the known texts do not have stay as they are, those of other languages among them.
        """
        if not text.isascii():
            return text
        found = _WORD.findall(text.lower())
        ours = sum(word in self._written and word not in self._foreign for word in found)
        theirs = sum(word in self._foreign and word not in self._written for word in found)
        if ours <= theirs:
            return text
        return " ".join(self._likeliest(found))

    def _likeliest(self, found: list[str]) -> list[str]:
        scores, steps = {_START: 0.0}, list[dict[str, str]]()
        for word in found:
            forms = self._written.get(word) or {word: 1}
            total = sum(forms.values())
            reached, came_from = dict[str, float](), dict[str, str]()
            for form, count in forms.items():
                reached[form], came_from[form] = max(
                    (score + math.log(_TOGETHER * self._beside[before, form] + count / total), before)
                    for before, score in scores.items()
                )
            scores = reached
            steps.append(came_from)
        form = max(scores, key=lambda form: scores[form])
        likeliest = list[str]()
        for came_from in reversed(steps):
            likeliest.append(form)
            form = came_from[form]
        return likeliest[::-1]
