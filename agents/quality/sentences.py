"""The sentences of a call, each with its speaker and times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emads_voice.agents.minutes.lines import Line
from emads_voice.agents.sentences import split
from emads_voice.agents.text import words


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence; times within a line follow the share of its text."""

    text: str
    speaker: str
    start_s: float
    end_s: float
    line: int
    unsure: bool


def sentences(lines: Sequence[Line]) -> list[Sentence]:
    """All sentences of at least two words."""
    made = []
    for number, line in enumerate(lines):
        total, done = max(1, len(line.text)), 0
        length = line.end_s - line.start_s
        for part in split(line.text):
            start, done = done, done + len(part)
            if len(words(part)) > 1:
                at = round(line.start_s + length * start / total, 3)
                until = round(line.start_s + length * done / total, 3)
                made.append(Sentence(part.strip(), line.speaker, at, until, number, line.unsure))
    return made
