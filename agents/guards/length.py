"""How long an answer may be: what is said cannot be skimmed, and nobody listens for minutes unless they want to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from emads_voice.writing import SYLLABIC

from .phrasing import both

USUAL_S = 30.0
LONGER_S = 120.0
"""Where the caller asks for more."""


@dataclass(frozen=True, slots=True)
class _Pace:
    """How fast a language is spoken, in a second, and how many words a figure of so many digits is."""

    words: float
    characters: float
    words_a_digit: int = 1


_PACES = {"English": _Pace(2.5, 15), "Vietnamese": _Pace(4.0, 18, 2)}
"""A little slower than the slowest decisions that the embedded synthesisers read, their figures in words. Piper's
joe, which read 25, says 3.07 words of English a second, and 2.83 at the slowest; espeak-ng, which read 40 in each
language, 3.03 and 2.78, and of Vietnamese 4.50 syllables and 4.27. The slowest characters are 16.5 and 18.6."""
_CHARACTERS_A_SECOND = 15
_DENSE = re.compile(f"[{SYLLABIC}]")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_LETTERS_A_WORD = 5


def seconds(text: str, language: str = "") -> float:
    """About how long it takes to say a text.

    Args:
        text: as it is written; its figures are counted as the words they are read as.
        language: by its English name; of one that was not measured only the characters count.
    """
    characters = len(text.strip()) + 2 * len(_DENSE.findall(text))
    if not (pace := _PACES.get(language)):
        return characters / _CHARACTERS_A_SECOND
    # "753" is "seven hundred fifty-three", and "bảy trăm năm mươi ba".
    further = sum(
        pace.words_a_digit * (sum(map(str.isdigit, figure)) - 1) for figure in _FIGURE.findall(text)
    )
    words = len(text.split()) + further
    return max(words / pace.words, (characters + further * _LETTERS_A_WORD) / pace.characters)


def longest_s(question: str) -> float:
    """How long the answer to a question may be."""
    asked = any(phrasing.sets["more"].within(phrasing.words(question)) for phrasing in both(question))
    return LONGER_S if asked else USUAL_S
