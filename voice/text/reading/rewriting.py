"""Rules that rewrite a text one after the other, before a normaliser reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

Rule = tuple[re.Pattern[str], "str | Callable[[re.Match[str]], str]"]
"""What is looked for, and what is put in its place: a template of :func:`re.sub`, or what makes it."""


def rewritten(text: str, rules: Sequence[Rule]) -> str:
    """The text after all rules, in their order."""
    for pattern, put in rules:
        text = pattern.sub(put, text)
    return text
