"""What a suite came to: shares with their confidence intervals, and the difference to an earlier run."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emads_voice.error_text import reason_of

from .errors import SuiteError
from .running import AS_WRITTEN, Result


@dataclass(frozen=True, slots=True)
class Count:
    """How many of a group were right."""

    right: int
    of: int

    @property
    def share(self) -> float:
        """0 to 1."""
        return self.right / self.of

    @property
    def interval(self) -> tuple[float, float]:
        """Where the share of many more such rows lies, 19 times in 20 (Wilson 1927)."""
        z, n = 1.96, self.of
        middle = (self.share + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(self.share * (1 - self.share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, middle - half), min(1.0, middle + half)


def counts(results: Sequence[Result]) -> dict[str, Count]:
    """Group → how many were right, in the order in which they are told.

    A group is named by the check, "routing"; by check and group, "routing/en", "answer/number"; or by check
    and variant, "routing/without accents". Variants count only in their own group.
    """
    passed: dict[str, list[bool]] = defaultdict(list)
    for result in results:
        for check, right in result.checks.items():
            if result.variant != AS_WRITTEN:
                passed[f"{check}/{result.variant}"].append(right)
                continue
            for group in ("", *result.row.groups.values()):
                passed[f"{check}/{group}" if group else check].append(right)
    order = sorted(passed, key=lambda name: (name.split("/")[0], "/" in name))
    return {name: Count(sum(passed[name]), len(passed[name])) for name in order}


def as_json(results: Sequence[Result]) -> dict[str, Any]:
    """All of it, as a baseline for a later run."""
    return {
        "groups": {
            name: {
                "right": count.right,
                "of": count.of,
                "share": round(count.share, 4),
                "interval": [round(bound, 4) for bound in count.interval],
            }
            for name, count in counts(results).items()
        },
        "rows": [
            {
                "id": result.row.id,
                "variant": result.variant,
                "checks": result.checks,
                "asked": list(result.asked),
                "said": result.said,
                "took_ms": round(result.took_ms, 1),
            }
            for result in results
        ],
    }


@dataclass(frozen=True, slots=True)
class Baseline:
    """An earlier run.

    Attributes:
        shares: group → share that was right.
        checks: id and variant of a row → its checks.
    """

    shares: dict[str, float]
    checks: dict[tuple[str, str], dict[str, bool]]

    def changes(self, results: Sequence[Result]) -> tuple[list[str], list[str]]:
        """The rows of which a check is passed that was not, and those of which one no longer is."""
        better: list[str] = []
        worse: list[str] = []
        for result in results:
            before = self.checks.get((result.row.id, result.variant), {})
            told = result.row.id if result.variant == AS_WRITTEN else f"{result.row.id} ({result.variant})"
            changed = {
                check: right for check, right in result.checks.items() if before.get(check, right) != right
            }
            if changed:
                (better if all(changed.values()) else worse).append(told)
        return better, worse


def read_baseline(path: Path) -> Baseline:
    """What `as_json` gave for an earlier run.

    Raises:
        SuiteError: it is nothing of the kind.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return Baseline(
            {name: float(group["share"]) for name, group in told["groups"].items()},
            {(row["id"], row["variant"]): dict(row["checks"]) for row in told["rows"]},
        )
    except OSError as error:
        raise SuiteError(
            f"{path} cannot be read ({reason_of(error)}): give the file that --json was written to."
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SuiteError(
            f"{path} is no baseline: write one with `emads-voice eval SUITE.jsonl --json > {path.name}`."
        ) from None
