r"""How texts are written: what scripts do with spaces, how wide characters are shown, what an accent is, and what can
be stored.

Scripts are given as parts of a character class of a regular expression: ``re.compile(rf"[{HAN}{KANA}]+")``.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

# Unicode's Scripts.txt, whole blocks where a script has them for itself.
HAN = "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Chinese characters, in whatever language; planes 2 and 3 are kept for them."""
KANA = "\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f"
"""Japanese hiragana and katakana."""
HANGUL = "\u1100-\u11ff\u3131-\u318e\ua960-\ua97f\uac00-\ud7ff\uffa0-\uffdc"
"""Korean syllables and their letters."""
THAI = "\u0e00-\u0e7f"

UNSPACED = HAN + KANA + THAI
"""Scripts that put no spaces between words."""

SYLLABIC = HAN + KANA + HANGUL
"""Scripts of which each character is about a syllable, so that it says as much as three letters."""

WIDE_MARKS = "\u3000-\u3004\u3008-\u3020\u3030-\u3037\u303c-\u303f\uff00-\uff65"
"""Punctuation, digits and letters as wide as a Chinese character, which bring their own space."""

QUESTION_MARKS = "?？؟"
"""Of Latin, wide and Arabic scripts: one of these ends a question."""

SENTENCE_ENDS = (".", "!", "…", "。", "！", "।", "۔", *QUESTION_MARKS)
"""Of the same scripts and of Indic and Arabic ones: one of these ends a sentence."""

_ACCENT = re.compile("[\u0300-\u036f]")  # Unicode's block of combining diacritical marks


def without_accents(text: str) -> str:
    """The text without the accents of its letters, which recognisers and keyboards drop: "Đà Nẵng" → "Da Nang".

    Vowel signs and tone marks of other scripts are letters of theirs and stay.
    """
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFD", text).translate(_BARRED)
    return unicodedata.normalize("NFC", _ACCENT.sub("", apart))


_BARRED = str.maketrans("đĐ", "dD")  # its bar is part of the letter to Unicode


def storable(text: str) -> str:
    """The text without what databases and encodings refuse: NUL, and halves of characters that Python lets stand alone
    ("\\ud83d"). Two halves that belong together become their character, others a question mark in a lozenge."""
    text = text.replace("\x00", "")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def storable_values(value: Any) -> Any:
    """A value of JSON, every text in it as :func:`storable`; whatever else is in it stays as it is."""
    match value:
        case str():
            return storable(value)
        case dict():
            return {storable_values(key): storable_values(each) for key, each in value.items()}
        case list():
            return [storable_values(each) for each in value]
    return value


def columns(text: str) -> int:
    """The width of a text as it is shown: a Chinese, Japanese or Korean character takes two columns, a mark none."""
    import wcwidth  # 20 ms to import, and most turns measure nothing

    return wcwidth.width(text, control_codes="ignore")


def characters(text: str) -> list[str]:
    """A text as what a reader takes for its characters: marks stay with the letter they are written on."""
    import wcwidth

    return list(wcwidth.iter_graphemes(text))


_MARKDOWN = re.compile(r"[\\`*_\[\]<>|#~]|^[-+](?=[-\s]|$)")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")


def plain(text: str) -> str:
    """A text in which nothing is Markdown, on one line: people's words may look like it."""
    return _NUMBERED.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\g<0>", " ".join(text.split())))
