"""Keys in the transcript of a turn."""

from __future__ import annotations

import re

_KEYED = "[keypad] "
_KEYS = re.compile(r"[0-9*#]+|secret-[a-z]+")

YES, NO = "1", "2"
"""The keys that answer a question of ours."""


def keyed(keys: str) -> str:
    """How keys are written down: ``"[keypad] 42"``."""
    return _KEYED + keys


def keys_of(text: str) -> str | None:
    """The keys that were written down so; None if a text is not keys alone, but words."""
    keys = text.removeprefix(_KEYED)
    return keys if keys != text and _KEYS.fullmatch(keys) else None
