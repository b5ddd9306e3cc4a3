"""Sequences of texts, for which one text is easily given by mistake."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

_Each = TypeVar("_Each")


def several(what: str, given: Iterable[_Each]) -> tuple[_Each, ...]:
    """What was given, as a tuple.

    Args:
        what: what they are, as a sentence begins: "Exemplars".
        given: the sequence.

    Raises:
        ValueError: it is one string, whose letters would be taken for them.
    """
    if isinstance(given, str):
        raise ValueError(f"{what} are a sequence, not one string: give [{given!r}].")
    return tuple(given)
