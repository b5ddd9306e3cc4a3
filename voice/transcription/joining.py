"""Texts joined as their scripts are written: with a space between them, or without."""

from __future__ import annotations

import re
from collections.abc import Iterable

from emads_voice.writing import UNSPACED, WIDE_MARKS

_TOUCHING = re.compile(f"[{UNSPACED}][{UNSPACED}]|[{WIDE_MARKS}].|.[{WIDE_MARKS}]", re.DOTALL)


def join_texts(texts: Iterable[str]) -> str:
    """Texts one after the other, with a space between two where their scripts are written with spaces."""
    joined = ""
    for text in texts:
        touching = not joined or not text or _TOUCHING.fullmatch(joined[-1] + text[0])
        joined += text if touching else f" {text}"
    return joined
