"""Endpointing by the words: "I would like to…" will go on, "Yes." will not."""

from __future__ import annotations

import re

from emads_voice.writing import QUESTION_MARKS

from .strategy import Said

_HANGING = {
    "en": re.compile(
        r"\b(and|or|but|because|so|the|an?|to|of|for|with|at|from|my|your|our|their|its|if|which|who|when|where"
        r"|tell me|(?:like|want|need) to (?:know|ask|talk|say|tell)|wondering"
        r"|(?:^|^so |^but |^and )the (?:thing|problem|question|point) is"
        r"|about|than|was|were|i|we|they|i'm|we're|would like|i want|i need|um|uh|er|let me|let's|^well"
        r"|^(?:my|our|the)(?: \w+){1,3} (?:is|are))$"
    ),
    "vi": re.compile(
        r"\b(và|hoặc|hay là|nhưng|vì|bởi vì|nên|thì|là|mà|của|cho|với|về|tại|từ|để|nếu|khi|rằng|các|những|muốn|cần"
        r"|(?:muốn|cần|cho|tôi|em|anh|chị|mình|cháu|con) hỏi|muốn biết"
        r"|định|sẽ|đang|ờ|ừm|kiểu|như|bị|do|theo|trong"
        r"|(^|(và|nhưng|vì|thì|mà|nếu|khi|là|rằng|nên|để) )(tôi|em|anh|chị|mình|chúng tôi))$"
    ),
}
"""Words that need another after them. Vietnamese ones are listed with their accents only: without, too many are
other words. Its pronouns end sentences as often as they begin them ("cảm ơn anh"): only a subject hangs."""

_EITHER = {
    "en": re.compile(r"\b(in|on|you|her|his|that|is|are|like|want|need|not)$"),
    "vi": re.compile(r"\b(ở|được|đã|một|đến|trên|hay)$"),
}
"""Words that end a thought as often as they do not: "I cannot log in", "the file is in"."""

_LETTER = re.compile(r"\w A$")
_TRAILING = re.compile(r"[,;:–—，、；：-]$|\.\.\.$|…$")
_QUESTION = re.compile(rf"[{QUESTION_MARKS}]$")
_WHOLE = re.compile(r"[.!。！]$")


class Wording:
    """A shorter silence after words that are complete, a longer one after words that need others after them.

    Recognisers put a full stop after anything, so the last word counts for more. A question mark they write only after
    a question: "What is it for?"
    """

    def __init__(self, *, whole_s: float = 0.45, hanging_s: float = 1.6) -> None:
        """
        Args:
            whole_s: seconds of silence that end an utterance whose words are complete.
            hanging_s: seconds of silence that end one whose last word needs another after it ("I would like to").
        """
        self.whole_s = whole_s
        self.hanging_s = hanging_s

    def silence_s(self, said: Said) -> float | None:
        """None where the words tell nothing, or are not known yet."""
        if not said.text:
            return None
        text = said.text.strip()
        if _QUESTION.search(text):
            return self.whole_s
        words = text.rstrip(".!,;:…–— 。！")
        words = words if _LETTER.search(words) else words.casefold()  # "Option A." hangs on no article
        code = said.language.base_code if said.language else "en"
        if _TRAILING.search(text) or (code in _HANGING and _HANGING[code].search(words)):
            return self.hanging_s
        if code in _EITHER and _EITHER[code].search(words):
            return None
        return self.whole_s if _WHOLE.search(text) else None
