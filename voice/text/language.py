"""Which language a typed text is written in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from emads_voice import vietnamese
from emads_voice.identification import language_scores, load
from emads_voice.voice.languages import VIETNAMESE, Language

_FEW = 4
"""Words that may all be abbreviations and figures; more of them are a sentence in capitals."""
_ENGLISH = re.compile(r"\b(?:and|what|how|which|where|when|who|why|does|about|should)\b", re.IGNORECASE)
"""No syllables of Vietnamese, which has all else of a question of names: "And Da Nang?"."""

_VIETNAMESE_ABBREVIATION = re.compile(
    r"\b(?:CCCD|CMND|SĐT|ĐT|STK|MST|BHXH|BHYT|UBND|TNHH|GPLX|KCN|THPT|ĐH|TP|TP\.? ?HCM|VNĐ|Q\.\d+|P\.\d+)(?!\w)"
)
_NO_WORD = re.compile(
    r"(?<!\S)\S+@\S+|(?:(?<!\w)\w+://|www\.)\S+|(?<!\S)\S+\.[a-z]{2,}/\S*"  # addresses on the net
    r"|(?<!\S)\S*\d\S*(?: ?(?:km/h|kg|g|cm|mm|km|m|ml|GB|MB|ms)\b)?"  # figures, codes, measures
    r"|\b[A-ZĐ]{2,5}\b(?:[&/.-][A-ZĐ]+\b)*"  # abbreviations
)
"""What is the same in all languages, or in none."""


def identify(text: str, languages: Sequence[Language]) -> Language:
    """The one of ``languages`` that a text is most likely written in; the first if the text tells nothing.

    A dialect counts as the language it belongs to. The first call loads a model (0.8 s): not for the event
    loop. Later calls take some 0.1 ms.

    Raises:
        ValueError: ``languages`` is empty.
    """
    if not languages:
        raise ValueError("no languages to choose from")
    if len(languages) == 1 or not any(map(str.isalpha, text)):
        return languages[0]
    words = _NO_WORD.sub(" ", text)
    if not any(map(str.isalpha, words)) and len(text.split()) <= _FEW:
        told = VIETNAMESE in languages and _VIETNAMESE_ABBREVIATION.search(text)
        return VIETNAMESE if told else languages[0]
    if any(map(str.isalpha, words)):
        text = words
    if VIETNAMESE in languages and vietnamese.is_unaccented(text):
        return VIETNAMESE
    if VIETNAMESE in languages and text.isascii() and _ENGLISH.search(text):  # "And Da Nang?"
        languages = [language for language in languages if language != VIETNAMESE]
    scores = language_scores(text)
    return max(languages, key=lambda language: scores.get(_model_code(language), float("-inf")))


def warm_up() -> None:
    """Load the model behind :func:`identify` (0.8 s); not for the event loop."""
    load()


def _model_code(language: Language) -> str:
    """The code under which py3langid knows a language."""
    return {"yue": "zh", "fil": "tl"}.get(language.base_code, language.base_code)
