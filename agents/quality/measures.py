"""What is measured of a call: shares of talk, silences, interruptions, words a minute. Arithmetic on turns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from emads_voice.agents.minutes.lines import Line

from .forms import Measures, SideMeasures

Spell = tuple[str, float, float]
"""Who speaks from when to when, in seconds."""

LONG_SILENCE_S = 3.0
"""A pause that both sides notice; shorter ones are turns being taken."""

PAUSE_S = 0.6
"""Somebody who pauses for less goes on with the same turn."""

OVERLAP_S = 0.3
"""Less is how turns meet."""
KEPT_S = 1.0
"""Who interrupts has the floor for so long afterwards; who only says "uh-huh" has not."""
FLOOR_S = 1.0
"""So long somebody must have been speaking to be interrupted."""

FEWEST_S = 10.0
"""Of talk that a rate of words is computed from."""

_NO_SPACES = {"zh", "yue", "ja", "th", "lo", "km", "my"}


def measure(spells: Sequence[Spell], lines: Sequence[Line], *, by_channel: bool) -> Measures:
    """What can be measured.

    Args:
        spells: who speaks when, of all speakers, in any order.
        lines: what was said.
        by_channel: each speaker has a channel: only then two who speak at once are both heard.
    """
    turns = _turns(spells)
    speakers = sorted({name for name, _, _ in turns if name}, key=lambda name: _first(name, turns))
    total = sum(end - start for _, start, end in turns) or 1.0
    sides = []
    for name in speakers:
        own = [turn for turn in turns if turn[0] == name]
        talk = sum(end - start for _, start, end in own)
        sides.append(
            SideMeasures(
                speaker=name,
                talk_s=round(talk, 2),
                talk_share=round(talk / total, 3),
                words_per_minute=_rate(name, talk, lines),
                interruptions=len(interruptions(turns, name)) if by_channel else None,
            )
        )
    if not turns:
        return Measures(longest_silence_s=None, silence_share=None, overlap_s=None)
    heard = _union(turns)
    pauses = [(end, start) for (_, end), (start, _) in pairwise(heard)]
    whole = heard[-1][1] - heard[0][0]
    return Measures(
        sides=sides,
        longest_silence_s=round(max((end - start for start, end in pauses), default=0.0), 2),
        silences=[(round(start, 2), round(end, 2)) for start, end in pauses if end - start >= LONG_SILENCE_S],
        silence_share=round(sum(end - start for start, end in pauses) / whole, 3) if whole else 0.0,
        overlap_s=round(total - sum(end - start for start, end in heard), 2) if by_channel else None,
    )


def interruptions(turns: Sequence[Spell], by: str) -> list[float]:
    """When somebody begins while another speaks, and has the floor after them."""
    found = []
    for name, start, end in turns:
        if name != by:
            continue
        for other, began, ended in turns:
            if (
                other != by
                and began + FLOOR_S <= start
                and start + OVERLAP_S <= ended
                and ended + KEPT_S <= end
            ):
                found.append(start)
                break
    return found


def _turns(spells: Sequence[Spell]) -> list[Spell]:
    """The spells of each speaker, those with only a pause between them made one; in the order of time."""
    made: list[Spell] = []
    for name in {name for name, _, _ in spells}:
        last: Spell | None = None
        for _, start, end in sorted(spell for spell in spells if spell[0] == name and spell[2] > spell[1]):
            if last and start - last[2] < PAUSE_S:
                last = (name, last[1], max(last[2], end))
                continue
            if last:
                made.append(last)
            last = (name, start, end)
        if last:
            made.append(last)
    return sorted(made, key=lambda turn: (turn[1], turn[2], turn[0]))


def _union(turns: Sequence[Spell]) -> list[tuple[float, float]]:
    made: list[tuple[float, float]] = []
    for _, start, end in turns:
        if made and start <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], end))
        else:
            made.append((start, end))
    return made


def _first(name: str, turns: Sequence[Spell]) -> float:
    return next(start for speaker, start, _ in turns if speaker == name)


def _rate(name: str, talk_s: float, lines: Sequence[Line]) -> float | None:
    own = [line for line in lines if line.speaker == name]
    if talk_s < FEWEST_S or not own or any(line.language in _NO_SPACES for line in own):
        return None
    return round(sum(len(line.text.split()) for line in own) * 60 / talk_s, 1)
