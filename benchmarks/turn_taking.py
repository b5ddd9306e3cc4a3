"""Callers who pause while they speak, on virtual time: how often they are cut off, and how long they wait.

    .venv/bin/python benchmarks/turn_taking.py

The whole conversation runs: voice activity, turn taking, recognition, endpointing, the graph. A caller says the parts
of a script with pauses between them; each part has a loudness of its own, by which the recogniser knows what it was
given. It takes as long as whisper-base does on two cores. The scripts of ``turn_taking.tsv`` were written beside the
rules; those of ``turn_taking_held_out.tsv`` later, before the rules were changed, many as the answer to a question.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

import numpy as np
from langgraph.checkpoint.memory import InMemorySaver

from emads_voice import Conversation, ConversationOptions, LiveVad, Services, create_voice_graph
from emads_voice.agents.forms import Analysis
from emads_voice.testing import LoudnessVad, ScriptedAgent, ScriptedLine, ScriptedSynthesizer, run_virtual
from emads_voice.voice.endpointing import Endpointing, Said, SilenceTimeout, default_endpointing
from emads_voice.voice.languages import Language, find_language
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.sound.audio import Audio

SCRIPTS = {
    name: Path(__file__).with_name(f"turn_taking{end}.tsv")
    for name, end in (("", ""), (", held out", "_held_out"))
}
RECOGNITION_S = 0.26
SECONDS_PER_CHARACTER = 0.06
PAUSES_S = {"plain": (0.2, 0.9), "dictation": (0.3, 1.5)}
SEEDS = range(3)
_STEP, _FRAME_S = 0.03, 0.02


class Script(NamedTuple):
    """What a caller says, in parts."""

    kind: str
    language: Language
    parts: Sequence[str]
    asked: str = ""
    """What we asked before; "" where the call begins with it."""


class Outcome(NamedTuple):
    """What became of a script.

    Attributes:
        cut: how often we began to answer before they had finished.
        whole: whether what was answered last was all of it.
        waited_s: from their last word to the first sound of the answer.
    """

    cut: int
    whole: bool
    waited_s: float


@dataclass
class PartsRecognizer:
    """Knows the parts of a script by their loudness."""

    script: Script
    name: str = "parts"

    @property
    def languages(self) -> list[Language]:
        return [self.script.language]

    async def warm_up(self) -> None:
        """Nothing to load."""

    async def transcribe(
        self,
        audio: Audio,
        *,
        language: Language | None = None,
        hotwords: Sequence[str] = (),
        timestamps: bool = False,
    ) -> Transcript:
        await asyncio.sleep(RECOGNITION_S)
        size = round(_FRAME_S * audio.rate)
        frames = np.abs(audio.samples[: len(audio.samples) // size * size]).reshape(-1, size).max(axis=1)
        heard = dict.fromkeys(round(float(loud) / _STEP) - 3 for loud in frames if loud > _STEP)
        text = " ".join(self.script.parts[part] for part in heard if 0 <= part < len(self.script.parts))
        return Transcript(text, self.script.language if text else None, audio.duration_s, self.name)


@dataclass(frozen=True)
class AfterQuestion:
    """Endpointing that is told what was asked."""

    endpointing: Endpointing
    asked: str

    def silence_s(self, said: Said) -> float | None:
        return self.endpointing.silence_s(replace(said, asked=said.asked or self.asked))


@dataclass
class Desk(ScriptedAgent):
    """Repeats what it is asked."""

    asked_for: list[str] = field(default_factory=list)

    async def answer(self, messages: Any, **told: Any) -> Analysis:
        self.asked_for.append(messages[-1].text)
        return Analysis(answer="I have noted that, thank you very much indeed.", agent=self.name)


def run(script: Script, endpointing: Endpointing, pauses: Sequence[float]) -> Outcome:
    """One call in which the script is said, with these pauses."""

    async def call() -> Outcome:
        desk = Desk("desk", [], repeatable=True)
        line = ScriptedLine()
        graph = create_voice_graph([desk]).compile(checkpointer=InMemorySaver())
        services = Services(graph, PartsRecognizer(script), ScriptedSynthesizer(), LiveVad(LoudnessVad()))
        options = ConversationOptions(
            opening=None, language=script.language, endpointing=AfterQuestion(endpointing, script.asked)
        )
        running = asyncio.create_task(Conversation(services, line, thread_id="call", options=options).run())
        for number, part in enumerate(script.parts):
            if number:
                await line.wait(pauses[number - 1])
            # A sine of that amplitude: the loudest sample of a frame tells the part.
            await line.speak(max(0.3, SECONDS_PER_CHARACTER * len(part)), _STEP * (number + 3))
        finished_at = asyncio.get_running_loop().time()
        await line.wait(6)
        line.hang_up_caller()
        await running
        after = [start for start, _ in line.played if start >= finished_at]
        # Who says "Thank you" is answered by the conversation, and the desk is asked nothing.
        whole = desk.asked_for[-1] == " ".join(script.parts) if desk.asked_for else bool(after)
        return Outcome(len(desk.asked_for) - 1, whole, after[0] - finished_at if after else 6.0)

    return run_virtual(call())


def read_scripts(path: Path) -> list[Script]:
    rows = (line.split("\t") for line in path.read_text("utf-8").splitlines())
    return [
        Script(kind, find_language(code), parts.split(" | "), *asked) for kind, code, parts, *asked in rows
    ]


def row(scripts: Sequence[Script], endpointing: Endpointing, least: float, most: float) -> str:
    """What became of the scripts, with three sets of pauses."""
    outcomes = []
    for seed in SEEDS:
        chance = random.Random(seed)
        for script in scripts:
            outcomes.append(run(script, endpointing, [chance.uniform(least, most) for _ in script.parts]))
    waits = sorted(outcome.waited_s for outcome in outcomes)
    cut = sum(outcome.cut > 0 for outcome in outcomes) / len(outcomes)
    lost = sum(not outcome.whole for outcome in outcomes) / len(outcomes)
    p95 = waits[round(0.95 * (len(waits) - 1))]
    return f"{cut:.1%} | {lost:.1%} | {mean(waits):.2f} | {p95:.2f}"


def main() -> None:
    strategies: dict[str, Endpointing] = {
        "ours": default_endpointing(),
        "0.7 s whatever was said": SilenceTimeout(0.7),
        "0.3 s whatever was said": SilenceTimeout(0.3),
    }
    print("| scripts with pauses | | cut off | not mended | wait, mean s | p95 |\n|---|---|--:|--:|--:|--:|")
    for which, path in SCRIPTS.items():
        scripts = read_scripts(path)
        for kind, (least, most) in PAUSES_S.items():
            chosen = [script for script in scripts if script.kind == kind]
            for name, endpointing in strategies.items():
                print(f"| {kind}{which} | {name} | {row(chosen, endpointing, least, most)} |", flush=True)


if __name__ == "__main__":
    main()
