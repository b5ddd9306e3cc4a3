"""What was said in a recording, line by line, as those who read it for something are given it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from emads_voice.agents.text import words


@dataclass(frozen=True, slots=True)
class Line:
    """Something that one person says.

    Attributes:
        speaker: who; "" if that is not known.
        text: the words.
        start_s, end_s: when, in seconds from the start of the recording.
        language: its code, "vi"; "" if it is not known.
        unsure: it may be another speaker.
    """

    speaker: str
    text: str
    start_s: float
    end_s: float
    language: str = ""
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that stand in a transcript.

    Attributes:
        text: as they stand there.
        speaker: who says them.
        start_s, end_s: when, as exactly as lines tell.
        line: the number of the line in which they begin, from 0.
        unsure: it may be another speaker.
    """

    text: str
    speaker: str
    start_s: float
    end_s: float
    line: int
    unsure: bool = False


FEWEST = 2
"""Words that a quote has at least: one alone stands everywhere."""

_MARKS = re.compile(r"\s+")


def find_quote(quote: str, lines: Sequence[Line]) -> Quote | None:
    """Where somebody said that; None if nobody did.

    The words must stand there in that order with no other between them, over as many lines of one speaker as it takes;
    case, accents and punctuation are not compared, as recognisers and models differ in them.

    Args:
        quote: what is claimed to have been said.
        lines: all of them, in order.
    """
    wanted = words(quote)
    if len(wanted) < FEWEST:
        return None
    for first in range(len(lines)):
        if found := _from(wanted, lines, first):
            return found
    return None


def whole(line: Line, number: int) -> Quote:
    """A line as a quote."""
    return Quote(
        _MARKS.sub(" ", line.text.strip()), line.speaker, line.start_s, line.end_s, number, line.unsure
    )


def _from(wanted: Sequence[str], lines: Sequence[Line], first: int) -> Quote | None:
    """The words, if they begin in that line."""
    here = words(lines[first].text)
    for at in range(len(here)):
        if here[at] != wanted[0]:
            continue
        rest, last = list(wanted), first
        left = here[at:]
        while True:
            taken = min(len(left), len(rest))
            if left[:taken] != rest[:taken]:
                break
            rest = rest[taken:]
            if not rest:
                said = lines[first : last + 1]
                text = _MARKS.sub(" ", " ".join(line.text.strip() for line in said))
                unsure = any(line.unsure for line in said)
                return Quote(text, lines[first].speaker, said[0].start_s, said[-1].end_s, first, unsure)
            last += 1
            if last >= len(lines) or lines[last].speaker != lines[first].speaker:
                break
            left = words(lines[last].text)
    return None
