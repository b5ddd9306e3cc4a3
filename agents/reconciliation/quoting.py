"""What agents wrote, as it is read aloud: as many words as there is time for, and none that nobody is to be told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from emads_voice.agents.forms import Option, Risk
from emads_voice.agents.guards.fields import plain, unfit
from emads_voice.agents.guards.length import seconds
from emads_voice.messages import Key

if TYPE_CHECKING:
    from emads_voice.messages.formatting import Messages

_LONGEST_CHARS = 600
"""Of a text nothing further is looked at."""
_LONG_WORDS = 1.3
"""How much longer than words of five letters those of a quotation may be."""
_LETTERS = 10
_UNNAMED: dict[str, Key] = {Option().name: "unnamed_option", Risk().risk: "unnamed_reason"}


def name(text: str, words: int, messages: Messages) -> str:
    """The name of an option, or its beginning."""
    return _said(text, words, messages, "unnamed_option")


def quotation(text: str, words: int, messages: Messages) -> str:
    """A reason in an agent's words, or its beginning."""
    return _said(text, words, messages, "unnamed_reason")


def _said(text: str, words: int, messages: Messages, instead: Key) -> str:
    beginning = text.strip()[:_LONGEST_CHARS]
    if unfit(beginning):
        return messages.text(instead)
    told = plain(beginning)
    if not re.search(r"\w", told) or told in _UNNAMED:
        return messages.text(_UNNAMED.get(told, instead))
    return _clipped(told, words, messages.name)


def _clipped(text: str, words: int, language: str) -> str:
    """As much of a text as takes no longer than so many usual words, and never a part of a figure.

    Without the full stop that a sentence around it brings.
    """
    longest_s = _LONG_WORDS * seconds(" ".join(["words"] * words), language)
    found = text.split()
    lengths = range(min(words, len(found)), 0, -1)
    parts = (" ".join(found[:length]) for length in lengths)
    kept = next((part for part in parts if seconds(part, language) <= longest_s), "")
    if not kept:  # a script without spaces, or a word without an end
        sizes = range(words * _LETTERS, 1, -1)
        beginnings = (re.sub(r"\d+$", "", found[0][:size]) for size in sizes)
        kept = next((part for part in beginnings if seconds(part, language) <= longest_s), "")
    cut = len(kept) < len(" ".join(found))
    return f"{kept.rstrip(' ,;:.…')}…" if cut else kept.rstrip(" .")
