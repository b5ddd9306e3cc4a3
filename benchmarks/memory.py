"""Whether it is heard what is wanted of the memory, and whether the decision is found that is meant.

    python benchmarks/memory.py

`memory_phrasings.jsonl` has what callers say, and whether it asks about a decision (`recall`), wants something kept,
told or forgotten, or is for the agents (`none`); `memory_subjects.jsonl` has decisions and subjects that are asked
about. The tuning halves were looked at when patterns and thresholds were written.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from emads_voice.agents import CachedEmbeddings, default_embeddings
from emads_voice.agents.remembering import wish_of
from emads_voice.memory.decided import APART, NEAR, PERHAPS
from emads_voice.memory.relevance import Relevance, Remembered

HERE = Path(__file__).parent
ROOT = HERE.parent


def rows(name: str) -> list[dict[str, Any]]:
    """A file's."""
    return [json.loads(line) for line in (HERE / name).read_text("utf-8").splitlines()]


def wishes(half: str) -> None:
    """What is wanted."""
    counts: Counter[str] = Counter()
    for row in rows("memory_phrasings.jsonl"):
        if row["half"] != half:
            continue
        wish = wish_of(row["text"])
        does = wish.does if wish else "none"
        counts["all"] += 1
        counts["wanted"] += row["wants"] != "none"
        counts["heard"] += does == row["wants"] != "none"
        counts["taken"] += does != "none"
        if does != row["wants"]:
            print(f"  {does} for {row['wants']}: {row['text']}")
    print(
        f"{half}: {counts['all']} phrasings, recall {counts['heard'] / counts['wanted']:.0%}, "
        f"precision {counts['heard'] / counts['taken']:.0%}"
    )


def subjects(half: str, relevance: Relevance) -> None:
    """Which decision is found."""
    among = rows("memory_subjects.jsonl")
    known = [
        Remembered(row["decision"], tuple(row["texts"]), relevance.vectors(row["texts"]))
        for row in among
        if row["half"] == half and "decision" in row
    ]
    counts: Counter[str] = Counter()
    for row in among:
        if row["half"] != half or "about" not in row:
            continue
        (best, key), (second, _) = relevance.rank(row["about"], known)[:2]
        told = best >= NEAR and best - second >= APART
        asked = not told and best >= PERHAPS
        came = (key if told else "asked back") if told or asked else None
        kind = "there" if row["wants"] else "not there"
        outcome = "right" if came == row["wants"] else came if came == "asked back" else "wrong"
        counts[f"{kind}: {outcome}"] += 1
        if outcome != "right":
            print(f"  {row['about']}: {came} for {row['wants']} ({best:.2f}, then {second:.2f})")
    print(f"{half}: {dict(sorted(counts.items()))}")


if __name__ == "__main__":
    for each in ("tuning", "held out"):
        wishes(each)
    compared = Relevance(
        CachedEmbeddings(default_embeddings(), "build/embeddings", ROOT / "agents" / "vectors")
    )
    for each in ("tuning", "held out"):
        subjects(each, compared)
