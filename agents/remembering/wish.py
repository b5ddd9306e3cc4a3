"""What somebody wants of the memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Does = Literal["recall", "keep", "tell", "forget"]
"""``recall`` asks about a decision, ``keep`` wants something kept of the caller, ``tell`` asks what is, and ``forget``
wants some or all of that gone."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One utterance.

    Attributes:
        does: what is wanted.
        about: the subject of a decision, or what is to be kept or forgotten, in the caller's words; "" if all, or
            what was said last, is meant.
        reference: the four digits of a decision; "" where none are named.
        sure: whether it asks about a decision whatever its subject. Otherwise it does only if there is one on that:
            "Did the office move go through?"
        everything: whether all that is known of the caller is to be forgotten.
    """

    does: Does
    about: str = ""
    reference: str = ""
    sure: bool = True
    everything: bool = False
