"""Digits a caller has keyed that must never be text: a PIN, a card number.

What stands in the conversation in their place is a reference. Who needs the digits, such as the tool that checks a PIN,
asks for them with :func:`take_keys`, once, in the process that holds the call. They are in no message, checkpoint,
log, span or record, and no model sees them.
"""

from __future__ import annotations

import re
import secrets
from string import ascii_lowercase

_LETTERS = 24
"""Of a reference: 112 bits. No digits, or it might be taken for a telephone number and redacted."""

_REFERENCE = re.compile(rf"(?<![a-z])secret-([a-z]{{{_LETTERS}}})(?![a-z])")

MOST = 10_000
"""References kept at once; beyond them the oldest is forgotten."""


class SecretKeys:
    """The digits that were keyed and not taken yet, in the memory of one process."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}  # oldest first

    def __repr__(self) -> str:
        return f"SecretKeys({len(self._kept)} kept)"

    def keep(self, digits: str) -> str:
        """Keep digits; returns what stands for them in text: ``"secret-…"``."""
        name = "".join(secrets.choice(ascii_lowercase) for _ in range(_LETTERS))
        self._kept[name] = digits
        if len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]
        return f"secret-{name}"

    def take(self, text: str) -> str | None:
        """The digits that the last reference in a text stands for, once; None if there is none, or no longer."""
        found = _REFERENCE.findall(text)
        return self._kept.pop(found[-1], None) if found else None


_here = SecretKeys()
keep_keys = _here.keep


def take_keys(text: str) -> str | None:
    """The secret digits that a caller has keyed.

    They can be taken once, in the process that holds the call, and until the call is over.

    Args:
        text: the reference ``secret-…``, or a message that has it in it, ``[keypad] secret-…``.

    Returns:
        The digits; None if the text refers to none, they were taken already, or the call is over.
    """
    return _here.take(text)


def forget_keys(text: str) -> None:
    """The call is over: whatever a text refers to is forgotten."""
    _here.take(text)
