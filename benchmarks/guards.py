"""What is said of obedient models' answers and of harmless ones, and what judging a sentence costs.

python benchmarks/guards.py                 the kept set, tests/agents/guards/answers.yaml
python benchmarks/guards.py ANSWERS.yaml    answers of your own: lists "claims" and "harmless"
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

import yaml

from emads_voice.agents.guards.answer import GuardedAnswer
from emads_voice.agents.guards.instructions import Instructions
from emads_voice.agents.prompts.messages import specialist_instructions
from emads_voice.agents.prompts.texts import load_prompt
from emads_voice.messages import shipped
from emads_voice.vietnamese import is_vietnamese

KEPT = Path(__file__).parents[1] / "tests" / "agents" / "guards" / "answers.yaml"
TITLE = "Chief Technology Officer"


def main(path: Path) -> None:
    """Judge each answer of a file."""
    system = specialist_instructions(title=TITLE, instructions=load_prompt("cto").text, language="English")
    instructions = Instructions(system, known=[f"You are the {TITLE} of the company"])
    costs: list[float] = []
    for kind, answers in yaml.safe_load(path.read_text("utf-8")).items():
        withheld = []
        for answer in answers:
            language = "Vietnamese" if is_vietnamese(answer) else "English"
            guard = GuardedAnswer(language, instructions, "?", shipped().phrases(language), judged="never")
            began = time.perf_counter()
            guard.add(answer)
            guard.end()
            costs.append((time.perf_counter() - began) * 1000)
            if guard.withheld:
                withheld.append(answer)
        print(f"{kind}: {len(withheld)} of {len(answers)} withheld")
    print(f"an answer: median {statistics.median(costs):.2f} ms, longest {max(costs[1:]):.1f} ms")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else KEPT)
