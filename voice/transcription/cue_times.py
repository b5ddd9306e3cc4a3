"""How long subtitles are shown: long enough to be read, and no longer than anybody looks at one.

A cue is shown for 0.8 to 7 s (Netflix's style guide: 5/6 s to 7 s), and for as long as its text takes to be read where
nothing else is said meanwhile.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from emads_voice.writing import columns

from .joining import join_texts

LEAST_S, MOST_S = 0.8, 7.0

READ_COLUMNS_S = 20.0
"""Columns that are read in a second: 20 letters, or 10 Chinese, Japanese or Korean characters."""

TOUCHING_S = 0.5
"""Cues that are no further apart may become one, if either is too short."""

Wrap = Callable[[str], list[str]]
"""Sets a text in lines."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One subtitle: its lines, shown from ``start_s`` until ``end_s``, of a speaker ("" if that is not known)."""

    lines: tuple[str, ...]
    start_s: float
    end_s: float
    speaker: str = ""

    @property
    def text(self) -> str:
        """Its lines, as subtitle files hold them."""
        return "\n".join(self.lines)

    @property
    def length_s(self) -> float:
        """For how long it is shown."""
        return self.end_s - self.start_s

    @property
    def width(self) -> int:
        """Of its text, in columns."""
        return sum(map(columns, self.lines))


def fit_to_read(cues: Sequence[Cue], wrap: Wrap, *, most_lines: int) -> list[Cue]:
    """The cues of one speaker, in order, none of them too short or too long.

    One that is too long is parted between its words; of one without enough words the end goes. One that is too short
    for its text is shown for longer, as far as nobody speaks; one that is still too short to be seen is joined with a
    neighbour, or else puts off the next one.
    """
    made: list[Cue] = []
    waiting = [part for cue in cues for part in _parted(cue, wrap, most_lines)]
    for number, cue in enumerate(waiting):
        after = waiting[number + 1].start_s if number + 1 < len(waiting) else math.inf
        cue = _longer(cue, made[-1].end_s if made else 0.0, after)
        if cue.length_s < LEAST_S and made and (one := _joined(made[-1], cue, wrap, most_lines)):
            made[-1] = one
            continue
        if cue.length_s < LEAST_S:
            cue = replace(cue, end_s=cue.start_s + LEAST_S)
        made.append(cue)
    return made


def _longer(cue: Cue, before_s: float, after_s: float) -> Cue:
    """For as long as it takes to read, as far as the cues around it leave room; never before the one before it."""
    start = max(cue.start_s, before_s)
    end = max(cue.end_s, start + 0.001)
    wanted = min(MOST_S, max(LEAST_S, cue.width / READ_COLUMNS_S))
    if end - start < wanted:
        end = max(end, min(start + wanted, after_s))
    if end - start < wanted:
        start = max(before_s, min(start, end - wanted))
    return replace(cue, start_s=start, end_s=min(end, start + MOST_S))


def _joined(one: Cue, other: Cue, wrap: Wrap, most_lines: int) -> Cue | None:
    if other.start_s - one.end_s > TOUCHING_S or other.end_s - one.start_s > MOST_S:
        return None
    lines = wrap(join_texts([*one.lines, *other.lines]))
    if len(lines) > most_lines:
        return None
    return Cue(tuple(lines), one.start_s, max(other.end_s, one.start_s + LEAST_S), one.speaker)


def _parted(cue: Cue, wrap: Wrap, most_lines: int) -> list[Cue]:
    """A cue that is too long in several, by the share of their text."""
    count = math.ceil(cue.length_s / MOST_S - 1e-9)
    words = [word for line in cue.lines for word in line.split()]
    if count < 2 or len(words) < 2:
        return [cue]
    total, done = sum(map(columns, words)) or 1, 0
    parts: list[list[str]] = [[] for _ in range(count)]
    for word in words:
        parts[min(count - 1, done * count // total)].append(word)
        done += columns(word)
    made, done = [], 0
    for part in filter(None, parts):
        start = cue.start_s + cue.length_s * done / total
        done += sum(map(columns, part))
        end = cue.start_s + cue.length_s * done / total
        lines = wrap(" ".join(part))
        made += [Cue(tuple(lines[:most_lines]), start, min(end, start + MOST_S), cue.speaker)]
    return made
