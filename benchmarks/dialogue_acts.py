"""How well dialogue acts are told from questions for an agent, by act and language, and what that costs.

    python benchmarks/dialogue_acts.py            the held-out half: these are the figures to report
    python benchmarks/dialogue_acts.py --tuning   the half that the phrases were written with
    python benchmarks/dialogue_acts.py --later    phrasings written after the phrases, in fifteen languages
    python benchmarks/dialogue_acts.py --wrong    also print each utterance taken wrongly

The phrasings are in dialogue_acts.txt, and a seeded split holds half of each row out. What is no act comes from there
too, and all of the agents' exemplars; ``--questions FILE`` adds a file of questions, JSON lines with the texts under
"turns". Whoever wrote the phrases wrote the phrasings: read the figures as those of a regression test. An utterance
that does several things at once ("Repeat that more slowly.") is right if what its row says is among them.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from emads_voice.agents import company_agents
from emads_voice.agents.dialogue import Act, dialogue_act
from emads_voice.testing import ScriptedChatModel

PHRASINGS = Path(__file__).with_suffix(".txt")
LATER = Path(__file__).with_name("dialogue_acts_later.txt")
SEED = 11


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One utterance, what it is (an act, or "" for a question), and whether it is said while waiting."""

    language: str
    act: str
    text: str
    waiting: bool = False


def later() -> Iterator[Phrasing]:
    """All of the phrasings that were written later."""
    for line in LATER.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            language, act, texts = (part.strip() for part in line.split(" | ", 2))
            for text in texts.split(" / "):
                yield Phrasing(language, act.split()[0].strip("-"), text.strip(), act.endswith("waiting"))


def phrasings(*, tuning: bool) -> Iterator[Phrasing]:
    """One half of the file."""
    chance = random.Random(SEED)
    for line in PHRASINGS.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        language, act, texts = (part.strip() for part in line.split(" | ", 2))
        given = [text.strip() for text in texts.split(" / ")]
        held_out = {*chance.sample(given, len(given) // 2)}
        yield from (
            Phrasing(language, act.split()[0].strip("-"), text, act.endswith("waiting"))
            for text in given
            if (text not in held_out) == tuning
        )


def questions(files: list[Path]) -> Iterator[Phrasing]:
    """What agents are asked."""
    for agent in company_agents([ScriptedChatModel(script=[])]):
        yield from (Phrasing("exemplars", "", text) for text in agent.exemplars)
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            given = json.loads(line)
            if given.get("intent", "question") == "question":
                yield from (Phrasing(file.stem, "", text) for text in given["turns"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tuning", action="store_true")
    parser.add_argument("--later", action="store_true")
    parser.add_argument("--wrong", action="store_true")
    parser.add_argument("--questions", type=Path, action="append", default=[])
    options = parser.parse_args()
    names = ["cto", "coo"]
    dialogue_act("once", names=names)
    right: defaultdict[tuple[str, str], int] = defaultdict(int)
    wanted: defaultdict[tuple[str, str], int] = defaultdict(int)
    taken: defaultdict[tuple[str, str], int] = defaultdict(int)
    costs: list[float] = []
    given = later() if options.later else phrasings(tuning=options.tuning)
    for each in [*given, *questions(options.questions)]:
        began = time.process_time()
        found = dialogue_act(each.text, names=names)
        costs.append(time.process_time() - began)
        acts = [act.value for act in found.acts] if found and (each.waiting or not found.waiting) else [""]
        act = each.act if each.act in acts else acts[0]
        wanted[each.act, each.language] += 1
        taken[act, each.language] += 1
        right[act, each.language] += act == each.act
        if options.wrong and act != each.act:
            print(f"{each.language:9} {each.act or '-':12} taken for {act or '-':12} {each.text}")
    languages = sorted({language for _, language in wanted})
    for act in [*Act, ""]:
        row = []
        for language in languages:
            hit, of, all_taken = right[act, language], wanted[act, language], taken[act, language]
            if of or all_taken:
                row.append(f"{language}: precision {hit}/{all_taken} recall {hit}/{of}")
        print(f"{act or 'no act':13} {'  '.join(row)}")
    hits = sum(count for (act, _), count in right.items() if act)
    for language in languages:
        here = [count for (act, each), count in right.items() if act and each == language]
        took, of = (
            sum(n for (act, each), n in counts.items() if act and each == language)
            for counts in (taken, wanted)
        )
        if of:
            print(f"{language}: precision {sum(here)}/{took} recall {sum(here)}/{of}")
    print(f"all acts: precision {hits}/{sum(count for (act, _), count in taken.items() if act)}", end=" ")
    print(f"recall {hits}/{sum(count for (act, _), count in wanted.items() if act)}")
    costs.sort()
    p50, p95 = (costs[int(len(costs) * share)] * 1e6 for share in (0.5, 0.95))
    print(f"each of {len(costs)} utterances took {p50:.0f} µs at p50, {p95:.0f} µs at p95, of a core")


if __name__ == "__main__":
    main()
