"""What recognisers write down that nobody has said: loops, echoes of their instructions, words without sound."""

from __future__ import annotations

import re
import unicodedata

_LOOP = re.compile(r"(.{1,12}?)\1{12,}|(.{13,200}?)\2{4,}", re.DOTALL)
"""A word said thirteen times in a row, or a phrase five times. People say "no, no, no", count zeros and repeat a
question; a model that has lost the thread goes on until its answer is full."""

_SHORTEST_OF_LONG = 5 * 200
"""Characters in which the longest phrase is a loop: one that begins earlier is found without what comes later."""

_QUICKEST = 30.0
"""Letters a second. Hurried German and Spanish reach 25; a Chinese character counts as three letters."""

_ALLOWED = 20
"""Letters beyond that: of a short word only the vowel may pass for speech."""

_TERM_ENDS = re.compile(r"[,;|\n，、；]")
_ECHOED_TERMS = 3
_ECHOED_LETTERS = 40
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


def plausible(text: str, *, context: str, speech_s: float) -> str:
    """A model's answer as far as it can be what was said: loops said once, or "" where it cannot be at all.

    Args:
        text: the answer.
        context: names and terms the model was told.
        speech_s: how long somebody speaks in what it was given, in seconds.
    """
    said = without_loops(" ".join(text.split()))
    letters = _letters(said)
    if not letters or echoes(said, context):
        return ""
    if len(letters) + 2 * len(_WIDE.findall(letters)) > _ALLOWED + _QUICKEST * speech_s:
        return ""
    return said


def without_loops(text: str) -> str:
    """The text with what is repeated beyond belief said once; "" where it is nothing but that."""
    searched = 0  # before this there is no loop
    while loop := _LOOP.search(text, searched):
        unit, rest = loop[1] or loop[2], text[loop.end() :]
        if len(rest) <= len(unit) and unit.casefold().startswith(rest.casefold()):
            rest = ""  # the answer was full before the last round was
        if not (any(map(_is_letter, text[: loop.start()])) or any(map(_is_letter, rest))):
            return ""
        text = text[: loop.start()] + unit + rest
        searched = max(0, loop.start() - _SHORTEST_OF_LONG)  # it may be a round of another
    return text.strip()


def echoes(text: str, context: str) -> bool:
    """Whether a text only reads out the context: three of its terms or more in their order, or a long part of it.

    A single name is no echo, however long: it may be the caller's whole answer.

    Args:
        text: the answer.
        context: terms with commas between them, or sentences.
    """
    said = _letters(text)
    if not said or said not in _letters(context):
        return False
    terms = [letters for term in _TERM_ENDS.split(context) if (letters := _letters(term))]
    if len(terms) == 1:
        return len(said) >= _ECHOED_LETTERS
    return sum(term in said for term in terms) >= min(_ECHOED_TERMS, len(terms))


def _letters(text: str) -> str:
    """Letters and digits alone, with their marks, in one case."""
    folded = unicodedata.normalize("NFC", text).casefold()
    return "".join(filter(_is_letter, folded))


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN"
