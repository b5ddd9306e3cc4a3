"""Corrections: what callers say who put right what they have said just before, or what was made of it."""

from __future__ import annotations

import re

from emads_voice.writing import QUESTION_MARKS

from .acts import Act
from .agreement import agrees
from .passing import mentions
from .recognition import readings

_AFTER = re.compile(r"^([^,.;:，、。؛،—–-]{1,40})[,.;:，、。؛،—–-]\s*(.+)$", re.DOTALL)
_LONGEST = 80
"""Characters behind a mere "no": who says more speaks of something else."""


def corrects(text: str) -> bool:
    """Whether an utterance puts right what was said before: "No, I meant 56.", "Sorry, 56.", "À nhầm, 56 ạ."

    Only to be asked about somebody who has just said something, and was told that it was taken.
    """
    if text.rstrip().endswith(tuple(QUESTION_MARKS)):
        return False
    if mentions(text, "correcting"):
        return True
    parts = _AFTER.match(text.strip())
    if not parts or len(parts[2]) > _LONGEST or not any(map(str.isdigit, parts[2])):
        return False
    return agrees(parts[1]) is False or _excuses(parts[1])


def corrected_answer(text: str) -> bool | None:
    """The yes or no that a correction comes to: "Sorry, I meant no."; None if it is none, or says something else."""
    if not corrects(text):
        return None
    words = text.split()
    ends = (agrees(" ".join(words[-many:])) for many in (2, 1))
    return next((each for each in ends if each is not None), None)


def _excuses(text: str) -> bool:
    """Whether it is nothing but "sorry", "wait" or the like."""
    return any(
        all(phrase and (phrase.empty or phrase.no or phrase.act is Act.WAIT) for phrase in reading.phrases)
        for reading in readings(text)
    )
