"""Whether words said to a plan are meant to decide on it, which they do not."""

from __future__ import annotations

import re

from emads_voice.agents.dialogue import agrees
from emads_voice.writing import QUESTION_MARKS, without_accents

_MOST_WORDS = 3
"""Who says so little, and asks nothing, means the plan: "Number one", "One, please"."""

_DECIDING = re.compile(
    r"\b(?:approv|accept|confirm|authori[sz]|execut|reject|declin|refus|cancel|proceed|skip|bypass|override|go ahead|"
    r"do it|carry it out|carry out|sign off|press|"
    r"duyet|phe duyet|dong y|chap thuan|xac nhan|thuc hien|tien hanh|tu choi|bac bo|huy|bo qua|bam)",
    re.IGNORECASE,
)
"""In English and in Vietnamese without its accents, which recognisers lose."""


def means_to_decide(text: str) -> bool:
    """Whether an utterance is meant as a decision; what asks something is for the agents."""
    if text.rstrip().endswith(tuple(QUESTION_MARKS)):
        return False
    short = len(text.split()) <= _MOST_WORDS
    return short or agrees(text) is not None or bool(_DECIDING.search(without_accents(text)))
