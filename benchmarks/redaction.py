"""How much personal data redaction takes out and how much else, by kind and language, and what it costs.

    python benchmarks/redaction.py            the held-out half: these are the figures to report
    python benchmarks/redaction.py --tuning   the half that the rules were written with
    python benchmarks/redaction.py --wrong    also print each utterance taken wrongly
    python benchmarks/redaction.py --peer     also what Presidio makes of them, if presidio-analyzer is installed
    python benchmarks/redaction.py MORE.tsv   utterances of your own, all of them

The utterances, written and spoken, are in redaction.tsv; a seeded split holds half of each language out. Whoever wrote
the rules wrote the utterances: read the figures as those of a regression test. Recall: of what had to be taken out, how
much has gone entirely, whatever it was taken for. Precision: of what was taken out, how much had to be, entirely.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from emads_voice.observability.redaction import Found, conceal_names, find

UTTERANCES = Path(__file__).with_suffix(".tsv")
NAMES = ("Nguyễn Văn An", "Trần Thị Bích Ngọc", "Oliver Hawthorne", "Lê Hoàng Phúc")
SEED = 16
_MARKED = re.compile(r"\{(\w+)\|([^}]*)\}")
_WRITTEN = re.compile(r"\d{3}|@")
_SIGNIFICANT = re.compile(r"\w")


class Utterance(NamedTuple):
    """A text, its language, and what has to be taken out of it."""

    language: str
    text: str
    wanted: list[Found]


def utterances(path: Path, *, half: str = "") -> Iterator[Utterance]:
    """Those of a file; half: "tuning", "held out" or "" for all."""
    chance = random.Random(SEED)
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        language, marked = line.split("\t")
        held_out = chance.random() < 0.5
        if not half or held_out == (half == "held out"):
            yield _read(language, marked)


def _read(language: str, marked: str) -> Utterance:
    text, wanted, done = "", [], 0
    for match in _MARKED.finditer(marked):
        text += marked[done : match.start()]
        kind = {"tax": "tax code"}.get(match[1], match[1])
        wanted.append(Found(kind, len(text), len(text) + len(match[2])))
        text += match[2]
        done = match.end()
    return Utterance(language, text + marked[done:], wanted)


def _letters(text: str, found: Found) -> set[int]:
    """Where its letters and digits stand: what else is taken with them is nobody's."""
    return {match.start() + found.start for match in _SIGNIFICANT.finditer(text[found.start : found.end])}


class Counts:
    """Of one method."""

    def __init__(self) -> None:
        self.wanted: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.gone: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.named: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.taken: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.rightly: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.written: list[bool] = []
        """Of each that is written in figures, or with its sign, whether it has gone."""

    def add(self, each: Utterance, found: list[Found]) -> bool:
        """Count an utterance; whether all was right."""
        right = True
        taken = set[int]().union(*(_letters(each.text, one) for one in found))
        wanted = set[int]().union(*(_letters(each.text, one) for one in each.wanted))
        for one in each.wanted:
            gone = _letters(each.text, one) <= taken
            kinds = {other.kind for other in found if other.start < one.end and one.start < other.end}
            self.wanted[one.kind, each.language] += 1
            if _WRITTEN.search(each.text[one.start : one.end]):
                self.written.append(gone)
            self.gone[one.kind, each.language] += gone
            self.named[one.kind, each.language] += gone and kinds == {one.kind}
            right &= gone and kinds == {one.kind}
        for one in found:
            rightly = _letters(each.text, one) <= wanted
            self.taken[one.kind, each.language] += 1
            self.rightly[one.kind, each.language] += rightly
            right &= rightly
        return right

    def print(self) -> None:
        """Precision and recall, by kind and language."""
        kinds = sorted({kind for kind, _ in [*self.wanted, *self.taken]})
        languages = sorted({language for _, language in [*self.wanted, *self.taken]})
        for language in languages:
            for kind in kinds:
                key = kind, language
                if self.wanted[key] or self.taken[key]:
                    print(
                        f"  {language} {kind:9} precision {self.rightly[key]:3}/{self.taken[key]:<3} "
                        f"recall {self.gone[key]:3}/{self.wanted[key]:<3} by name {self.named[key]}"
                    )
        print(
            f"  all          precision {_share(self.rightly, self.taken)} recall {_share(self.gone, self.wanted)}"
        )
        print(f"  in figures   recall {sum(self.written)}/{len(self.written)}")


def _share(part: dict[tuple[str, str], int], whole: dict[tuple[str, str], int]) -> str:
    some, of = sum(part.values()), sum(whole.values())
    return f"{some}/{of} ({some / of:.1%})"


def measure(name: str, given: list[Utterance], method: Callable[[str], list[Found]], *, wrong: bool) -> None:
    """Print what a method makes of utterances."""
    counts, costs = Counts(), []
    method("ring +84 28 3823 4567 or +1 650 253 0000")  # loads what it loads once
    for each in given:
        found = method(each.text)
        rounds = []
        for _ in range(3):
            began = time.process_time()
            method(each.text)
            rounds.append(time.process_time() - began)
        costs.append(min(rounds))
        if not counts.add(each, found) and wrong:
            shown = [f"{one.kind}: {each.text[one.start : one.end]}" for one in found]
            print(f"  {each.language} {each.text}  → {shown}")
    print(f"{name}, {len(given)} utterances")
    counts.print()
    costs.sort()
    p50, p95 = (costs[int(len(costs) * share)] * 1e3 for share in (0.5, 0.95))
    print(
        f"  an utterance takes {p50:.2f} ms of a core at p50, {p95:.2f} at p95, {costs[-1] * 1e3:.2f} at most"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--tuning", action="store_true")
    parser.add_argument("--wrong", action="store_true")
    parser.add_argument("--peer", action="store_true")
    options = parser.parse_args()
    conceal_names(NAMES)
    half = "" if options.file else "tuning" if options.tuning else "held out"
    given = list(utterances(options.file or UTTERANCES, half=half))
    measure("ours", given, find, wrong=options.wrong)
    if options.peer:
        sys.path.insert(0, str(Path(__file__).parent))
        from redaction_presidio import presidio

        measure("presidio", given, presidio(NAMES), wrong=options.wrong)


if __name__ == "__main__":
    main()
