"""The wording tells: "I would like to…" goes on, "Yes." does not."""

from __future__ import annotations

import re

from .strategy import Said

_HANGING = {
    "en": re.compile(
        r"\b(and|or|but|because|so|the|an?|to|of|for|with|in|on|at|from|my|your|our|their|his|her|its|if|that|which"
        r"|who|when|where|about|than|is|are|was|were|i|we|you|they|i'm|we're|would like|want|need|um|uh|er|like"
        r"|let me|let's|well|not)$"
    ),
    "vi": re.compile(
        r"\b(và|hoặc|hay|nhưng|vì|bởi vì|nên|thì|là|mà|của|cho|với|về|ở|tại|từ|đến|để|nếu|khi|rằng|các|những|một"
        r"|muốn|cần|định|sẽ|đang|đã|tôi|em|anh|chị|mình|chúng tôi|ờ|à|ừm|kiểu|như|bị|được|do|theo|trong|trên)$"
    ),
}
"""Words that need another after them. Vietnamese ones are listed with their accents only: without, too many are
other words."""

_TRAILING = re.compile(r"[,;:–—-]$|\.\.\.$|…$")
_WHOLE = re.compile(r"[.?!。？！]$")


class Wording:
    """Shorter after an utterance that sounds complete, longer after one that hangs."""

    def __init__(self, *, whole_s: float = 0.45, hanging_s: float = 1.6) -> None:
        """Take the silence after complete utterances and after hanging ones."""
        self.whole_s = whole_s
        self.hanging_s = hanging_s

    def silence_s(self, said: Said) -> float | None:
        """None where the words tell nothing, or are not known yet."""
        if not said.text:
            return None
        text = said.text.strip()
        bare = text.rstrip(".?!,;:…–— ").casefold()
        code = said.language.base_code if said.language else "en"
        # A recogniser puts a full stop after anything, so the hanging word is asked first.
        if _TRAILING.search(text) or (code in _HANGING and _HANGING[code].search(bare)):
            return self.hanging_s
        return self.whole_s if _WHOLE.search(text) else None
