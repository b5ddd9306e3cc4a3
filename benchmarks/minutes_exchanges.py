"""Minutes of one exchange: what is found in a few sentences, and what is made up, by the extractor without a model.

    python benchmarks/minutes_exchanges.py [FILE.tsv …] [--quiet]

The files say what each exchange comes to; ``minutes_exchanges.tsv`` explains how. Without one
both that are here are read.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from emads_voice.agents.minutes.checking import checked
from emads_voice.agents.minutes.embedded import extract
from emads_voice.agents.minutes.forms import Findings, OpenQuestion
from emads_voice.agents.minutes.lines import Line
from emads_voice.agents.minutes.scheduling import schedule
from emads_voice.agents.text import content_words

HERE = Path(__file__)
FILES = (HERE.with_suffix(".tsv"), HERE.with_name(f"{HERE.stem}_held_out.tsv"))
WHEN = datetime(2026, 11, 25, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@dataclass(frozen=True)
class Exchange:
    """What is said, and what it comes to: "A owner|words|due", "M start", "D words", or nothing."""

    language: str
    said: str
    truth: str

    def lines(self) -> list[Line]:
        """A line for each time somebody speaks; both greet, and are known by that."""
        greetings = {
            "en": "Anna: Good morning. / Tom: Good morning. / ",
            "vi": "Mai: Chào anh. / Hùng: Chào em. / ",
        }
        parts = [part.partition(": ") for part in (greetings[self.language] + self.said).split(" / ")]
        return [Line(who, text, 4.0 * at, 4.0 * at + 4) for at, (who, _, text) in enumerate(parts)]


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("files", metavar="FILE", nargs="*", type=Path)
    options.add_argument("--quiet", action="store_true", help="figures only")
    chosen = options.parse_args()
    for file in chosen.files or [file for file in FILES if file.exists()]:
        rows = [line.split("\t") for line in file.read_text("utf-8").splitlines() if line and line[0] != "#"]
        for language in ("en", "vi"):
            exchanges = [Exchange(*row) for row in rows if row[0] == language]
            print(f"{file.name}, {language}: {_told(_judge(exchanges, quiet=chosen.quiet))}")


def _judge(exchanges: Sequence[Exchange], *, quiet: bool) -> Counter[str]:
    counts: Counter[str] = Counter()
    for exchange in exchanges:
        lines = exchange.lines()
        found, questions = schedule(checked(extract(lines), lines), WHEN)
        wrong = _compare(exchange.truth, found, questions, counts)
        if wrong and not quiet:
            print(f"  {'; '.join(wrong)}: {exchange.said}")
    return counts


def _compare(
    truth: str, found: Findings, questions: Sequence[OpenQuestion], counts: Counter[str]
) -> list[str]:
    """Count what was found; returns what is wrong."""
    left: dict[str, list[Any]] = {
        "A": list(found.actions),
        "D": list(found.decisions),
        "M": list(found.appointments),
    }
    wrong = []
    for wanted in truth.split(";") if truth != "-" else ():
        kind, _, rest = wanted.partition(" ")
        fields = rest.split("|")
        counts["wanted"] += 1
        claim = next((claim for claim in left[kind] if _is(claim, kind, fields)), None)
        if claim is None:
            wrong.append("missed")
            continue
        left[kind].remove(claim)
        counts["found"] += 1
        if kind == "A":
            counts["owners"] += claim.owner == fields[0]
            counts["owned"] += 1
            wrong += [] if claim.owner == fields[0] else [f"owner: {claim.owner}"]
        if kind in "AM":
            asked = any(question.kind == "date" for question in questions)
            when = (claim.due[:10] if kind == "A" else claim.start[:16]) or ("?" if asked else "")
            right = fields[2] if kind == "A" else fields[0]
            counts["dates"] += when == right
            counts["dated"] += 1
            wrong += [] if when == right else [f"date: {when}"]
    for claim in [claim for claims in left.values() for claim in claims]:
        counts["invented"] += 1
        wrong.append(f"invented {claim.model_dump(include={'task', 'text', 'title', 'owner'})}")
    return wrong


def _is(claim: Any, kind: str, fields: Sequence[str]) -> bool:
    """Whether it is what the truth says, by its words."""
    if kind == "M":
        return True
    told = f"{claim.task if kind == 'A' else claim.text} {claim.quote}"
    return set(content_words(fields[1] if kind == "A" else fields[0])) <= set(content_words(told))


def _told(counts: Counter[str]) -> str:
    return (
        f"found {counts['found']} of {counts['wanted']}, invented {counts['invented']}; owners {counts['owners']} of"
        f" {counts['owned']}, dates {counts['dates']} of {counts['dated']}"
    )


if __name__ == "__main__":
    main()
