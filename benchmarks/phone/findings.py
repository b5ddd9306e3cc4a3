"""What the callers of a run found.

latency      last loud frame sent → first audible frame of the reply received
barge_in     first loud frame of an interruption sent → ``clear`` received
lost         turns without a reply within 8 s
cut_off      turns in which something was heard before the caller had finished
unheeded     interruptions that brought no ``clear`` while the caller spoke, or within 1 s after
stutters     times the caller's playout ran dry for 20 ms or more inside a reply
lateness     by how much the callers sent their frames too late, but for what the next line counts
stalled_s    how long the callers could not send, because the server did not read
cpu_s        what the callers themselves cost
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import process_time
from typing import Any

import numpy as np


@dataclass(slots=True)
class Findings:
    """What the callers of a run met with; times in seconds."""

    call_s: list[float] = field(default_factory=list)
    latency: list[float] = field(default_factory=list)
    barge_in: list[float] = field(default_factory=list)
    turns: int = 0
    lost: int = 0
    cut_off: int = 0
    unheeded: int = 0
    stutters: int = 0
    marks: int = 0
    stalled_s: float = 0.0
    lateness: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Totals and percentiles; times in milliseconds, but for those named ``_s``."""
        return {
            "calls": len(self.call_s),
            "call_s": round(sum(self.call_s), 2),
            "turns": self.turns,
            "lost": self.lost,
            "cut_off": self.cut_off,
            "unheeded": self.unheeded,
            "stutters": self.stutters,
            "marks": self.marks,
            "stalled_s": round(self.stalled_s, 3),
            "cpu_s": round(process_time(), 2),
            "errors": self.errors,
            "latency": percentiles(self.latency),
            "barge_in": percentiles(self.barge_in),
            "lateness": percentiles(self.lateness),
        }


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """Count, p50, p95, p99 and maximum, in milliseconds; only the count if there are none."""
    if not seconds:
        return {"n": 0}
    p50, p95, p99, most = np.percentile(seconds, [50, 95, 99, 100]) * 1000
    return {
        "n": len(seconds),
        "p50": round(p50, 1),
        "p95": round(p95, 1),
        "p99": round(p99, 1),
        "max": round(most, 1),
    }
