"""How long an answer may be: what is said cannot be skimmed, and nobody listens for minutes unless they want to."""

from __future__ import annotations

import re

from emads_voice.writing import SYLLABIC

from .phrasing import both

USUAL_S = 30.0
LONGER_S = 120.0
"""Where the caller asks for more."""

_CHARACTERS_A_SECOND = 15
_DENSE = re.compile(f"[{SYLLABIC}]")


def seconds(text: str) -> float:
    """About how long it takes to say a text."""
    return (len(text.strip()) + 2 * len(_DENSE.findall(text))) / _CHARACTERS_A_SECOND


def longest_s(question: str) -> float:
    """How long the answer to a question may be."""
    asked = any(phrasing.sets["more"].within(phrasing.words(question)) for phrasing in both(question))
    return LONGER_S if asked else USUAL_S
