"""Tells our own words, as a speakerphone sends them back, from the caller's."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from emads_voice.agents.dialogue import agrees
from emads_voice.writing import QUESTION_MARKS, SYLLABIC, without_accents

_WORD = re.compile(rf"[{SYLLABIC}]|[^\W_{SYLLABIC}]+")
_FEW = 2
"""Words that a caller may well repeat of what we have said: "Monday"."""
_MOST = 60  # words that are compared: what we can have said while somebody seemed to speak
_SHARE = 0.7
"""Of the words recognised, those that are ours; recognisers mishear an echo more than a voice."""


def is_echo(heard: str, said: str, *, cut: bool) -> bool:
    """Whether what was recognised while we spoke is what we have just said.

    Args:
        heard: what was recognised.
        said: what we were saying, and just before.
        cut: whether it cut us off. A word or two that did not are an answer to what we had said.
    """
    theirs, ours = _words(heard)[:_MOST], _words(said)[-2 * _MOST :]
    if _asks(heard) and not _asks(said):
        return False  # "What is the plan for today?" over "Here is the plan for today."
    if not theirs or (len(theirs) <= _FEW and (not cut or agrees(heard) is not None)):
        return False  # a yes over a question that names it
    blocks = SequenceMatcher(None, theirs, ours, autojunk=False).get_matching_blocks()
    if len(theirs) <= _FEW:
        return max(block.size for block in blocks) == len(theirs)
    return sum(block.size for block in blocks) >= _SHARE * len(theirs)


def _asks(text: str) -> bool:
    return any(mark in text for mark in QUESTION_MARKS)


def _words(text: str) -> list[str]:
    """Figures aside: a recogniser writes "12" for what we called twelve."""
    words = _WORD.findall(without_accents(text.casefold()))
    return [word for word in words if not word.isdigit()]
