"""Whether an answer is in the caller's language: an English sentence helps nobody who speaks Vietnamese alone."""

from __future__ import annotations

import re
from functools import cache

from emads_voice.identification import language_scores, load
from emads_voice.messages import language_name
from emads_voice.vietnamese import is_vietnamese
from emads_voice.writing import SYLLABIC

_ENOUGH = 24
"""Characters: shorter beginnings ("OK. ", "Kubernetes.") do not tell languages apart."""

_CODES = ("en", "vi", "de", "es", "fr", "ja", "ko", "zh")
"""The languages that models take instead: those callers usually speak."""
_CLEARLY = 25.0
"""How much more likely another language is, as a logarithm, before names and terms cannot be the reason."""
_DENSE = re.compile(f"[{SYLLABIC}]")
_DENSE_SHARE = 0.3
_ACCENTED_SHARE = 0.2


def warm_up(language: str) -> None:
    """Load what `other_language` needs for a caller's language; not for the event loop."""
    if language != "English":
        load()


def enough(text: str) -> bool:
    """Whether there is enough to judge by; a Chinese character says as much as three letters."""
    return len(text.strip()) + 2 * len(_DENSE.findall(text)) >= _ENOUGH


def other_language(text: str, language: str) -> str:
    """The English name of the language a text is in, if it is certainly not the one it should be in; else "".

    For a caller who speaks English no model is loaded: only Vietnamese and scripts of other languages are noticed.
    """
    if not enough(text):
        return ""
    if language == "English":
        if len(_DENSE.findall(text)) > _DENSE_SHARE * sum(map(str.isalpha, text)):
            return "another language"
        letters = [letter for letter in text if letter.isalpha()]
        accented = sum(not letter.isascii() for letter in letters)
        return "Vietnamese" if accented > _ACCENTED_SHARE * len(letters) and is_vietnamese(text) else ""
    code = _code(language)
    scores = language_scores(text)
    if code not in scores:
        return ""
    if code == "vi" and is_vietnamese(text):
        return ""
    best = max(_CODES, key=lambda each: scores.get(each, float("-inf")))
    return language_name(best) if best != code and scores[best] - scores[code] > _CLEARLY else ""


@cache
def _code(language: str) -> str:
    """The code of a language's English name, as the model knows it; "" if it does not."""
    return next((code for code in language_scores("") if language_name(code) == language), "")
