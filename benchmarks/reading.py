"""What it costs to make a written sentence fit to be said, and how many figures are read as people say them.

    .venv/bin/python benchmarks/reading.py

Each case of ``tests/voice/text/readings`` is a sentence of its own; "whole" is all of it: marks, the sentence's end and
the reading, fed character by character as a model writes.
"""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median, quantiles

from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language
from emads_voice.voice.text.answer import SpokenAnswer
from emads_voice.voice.text.reading import read_aloud, warm_up

READINGS = Path(__file__).parents[1] / "tests" / "voice" / "text" / "readings"
ROUNDS = 5


def sentences(language: Language) -> list[str]:
    """The written side of the table."""
    lines = (READINGS / f"{language.code}.tsv").read_text("utf-8").splitlines()
    return [line.split("\t")[0] for line in lines if line and not line.startswith(("# ", "##"))]


def whole(text: str, language: Language) -> None:
    """Everything that happens to an answer on its way to the synthesiser."""
    answer = SpokenAnswer(language)
    for char in text:
        answer.feed(char)
    answer.finish(text)
    while answer.take():
        pass


def main() -> None:
    """Print a line of each language."""
    for language in (ENGLISH, VIETNAMESE):
        began = time.perf_counter()
        warm_up([language])
        loaded = time.perf_counter() - began
        for name, work in (("reading", read_aloud), ("whole", whole)):
            costs = []
            for text in sentences(language) * ROUNDS:
                began = time.thread_time()
                work(text, language)
                costs.append((time.thread_time() - began) * 1e3)
            p95 = quantiles(costs, n=20)[-1]
            print(
                f"{language.name:11} {name:8} p50 {median(costs):.2f} ms, p95 {p95:.2f} ms; loaded in {loaded:.2f} s"
            )


if __name__ == "__main__":
    main()
