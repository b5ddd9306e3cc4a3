"""Numbers are dictated in groups, with pauses between them."""

from __future__ import annotations

import re

from .strategy import Said

_NUMBER_WORDS = {
    "en": "zero oh one two three four five six seven eight nine ten double triple dash dot at",
    "vi": "không một mốt hai ba bốn tư năm lăm sáu bảy bẩy tám chín mười linh lẻ chấm gạch",
}
_NUMBERS = {code: frozenset(words.split()) for code, words in _NUMBER_WORDS.items()}
_WORD = re.compile(r"[\w']+")
_ENOUGH = 3  # "two" is an answer, and so is "20"


class Dictation:
    """Longer while the last words are digits: a telephone number has three pauses."""

    def __init__(self, seconds: float = 1.4) -> None:
        """Take the silence after a group of digits."""
        self.seconds = seconds

    def silence_s(self, said: Said) -> float | None:
        """None where the last words are not digits."""
        words = _WORD.findall((said.text or "").casefold())
        numbers = _NUMBERS.get(said.language.base_code if said.language else "en", frozenset())
        digits = 0
        for word in reversed(words):
            if word.isdigit():
                digits += len(word)
            elif word in numbers:
                digits += 1
            else:
                break
        return self.seconds if digits >= _ENOUGH else None
