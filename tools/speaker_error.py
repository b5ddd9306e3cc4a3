"""Who spoke when, as annotators wrote it down (RTTM), and how much of a recording is given to the wrong one."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np

Turns = list[tuple[float, float, str]]
"""Start, end and speaker; turns may overlap."""

STEP_S = 0.02


def read_rttm(path: Path) -> Turns:
    """The turns in a file of one recording."""
    fields = (line.split() for line in path.read_text().splitlines())
    return [(float(f[3]), float(f[3]) + float(f[4]), f[7]) for f in fields if f and f[0] == "SPEAKER"]


def speaker_error(turns: Turns, who: Callable[[float], str], duration_s: float) -> float:
    """The share of a recording's time in which somebody else speaks than is said.

    Found speakers are matched with the annotated ones so that most is right. Where several speak, one of them is right;
    where nobody is annotated or ``who`` says "", nothing is wrong.
    """
    times = np.arange(0, duration_s, STEP_S)
    said = [who(float(at)) for at in times]
    truths = sorted({speaker for _, _, speaker in turns})
    names = sorted({name for name in said if name})
    active = [{speaker for start, end, speaker in turns if start <= at < end} for at in times]
    judged = [(name, speaking) for name, speaking in zip(said, active, strict=True) if name and speaking]
    hits = {
        (name, truth): sum(name == one and truth in speaking for one, speaking in judged)
        for name, truth in itertools.product(names, truths)
    }
    wide = names + [""] * max(0, len(truths) - len(names))
    best = max(
        sum(hits.get(pair, 0) for pair in zip(order, truths, strict=False))
        for order in itertools.permutations(wide, min(len(wide), len(truths)))
    )
    return (len(judged) - best) / len(times)
