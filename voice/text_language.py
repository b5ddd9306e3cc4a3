"""Which language a typed text is written in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from .languages import VIETNAMESE, Language

# The shape of every Vietnamese syllable once its accents are gone: onset, vowels, coda. Vietnamese is written
# one syllable a word, so an unaccented sentence consists of these alone, which hardly happens elsewhere.
_SYLLABLE = re.compile(
    r"(?:b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh|n|ph?|qu|r|s|th|tr|t|v|x)?"
    r"(?:ai|ao|au|ay|a|eo|eu|e|ieu|ie|ia|iu|i|oai|oay|oao|oeo|oa|oe|oi|oo|o|uoi|uou|uay|uye|uya|uyu|uy|ua|ue"
    r"|ui|uo|uu|u|yeu|ye|y)"
    r"(?:ch|c|m|ng|nh|n|p|t)?"
)
# English words of that shape that stand in almost every English sentence.
_ENGLISH = frozenset(
    re.findall(
        r"\w+",
        """a an at be by can do go has he her him his how i in is it its me my no not of on or our so that the
        them then this to up us we who you""",
    )
)
_WORD = re.compile(r"[^\W\d_]+")


def identify(text: str, languages: Sequence[Language]) -> Language:
    """The one of ``languages`` that a text is most likely written in; the first if the text tells nothing.

    A dialect counts as the language it belongs to. The first call loads a model (0.8 s): not for the event
    loop. Later calls take some 0.1 ms.

    Raises:
        ValueError: ``languages`` is empty.
    """
    if not languages:
        raise ValueError("no languages to choose from")
    words = _WORD.findall(text.casefold())
    if len(languages) == 1 or not words:
        return languages[0]
    if VIETNAMESE in languages and _is_unaccented_vietnamese(words):
        return VIETNAMESE
    scores: dict[str, float] = dict(_identifier().rank(text))
    return max(languages, key=lambda language: scores.get(_model_code(language), float("-inf")))


def _is_unaccented_vietnamese(words: list[str]) -> bool:
    if len(words) < 2 or not all(map(_SYLLABLE.fullmatch, words)):
        return False
    return sum(word in _ENGLISH for word in words) <= len(words) / 3


def _model_code(language: Language) -> str:
    """The code under which py3langid knows a language."""
    return {"yue": "zh", "fil": "tl"}.get(language.base_code, language.base_code)


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE)
