"""Hotwords: names and terms that are likely, told to a recogniser so that it writes them as they are spelt."""

from __future__ import annotations

from collections.abc import Sequence

from emads_voice.sequences import several


def distinct(hotwords: Sequence[str]) -> tuple[str, ...]:
    """The hotwords that say something, each once, in the order given.

    Of spellings that differ in case alone the first is kept: a recogniser writes what it is told. Line breaks and
    runs of spaces become one space. A comma stays: "Acme, Inc." is one hotword.

    Raises:
        ValueError: it is one string, whose letters would be taken for hotwords, or holds something else than strings.
    """
    kept: dict[str, str] = {}
    for hotword in several("Hotwords", hotwords):
        if not isinstance(hotword, str):
            raise ValueError(f"Hotwords are words: {hotword!r} is none.")
        if word := " ".join(hotword.split()):
            kept.setdefault(word.casefold(), word)
    return tuple(kept.values())


def as_text(hotwords: Sequence[str]) -> str:
    """The distinct hotwords with commas between them, for models that are told them in one text; "" for none."""
    return ", ".join(distinct(hotwords))
