"""Calls judged: what a scorecard's reader finds in scripted calls, and what it makes up, from words and from sound.

    python benchmarks/quality.py [--sound] [--save FOLDER]

``quality.tsv`` is the truth: who says what, and which criterion a line meets or breaks. The embedded judge is measured,
and a scripted model that quotes the truth and, for each call, one breach that nobody said. With ``--sound`` calls a and
b are spoken, agent on the left channel and customer on the right, and the whole of ``emads-voice quality`` is measured.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from emads_voice.agents.embeddings import default_embeddings
from emads_voice.agents.minutes.lines import Line
from emads_voice.agents.quality.embedded import EmbeddedJudge
from emads_voice.agents.quality.forms import Claim, Measures
from emads_voice.agents.quality.judge import Judge
from emads_voice.agents.quality.scorecard import Avoid, Say, Scorecard, load_scorecard
from emads_voice.agents.quality.sides import tell_agent
from emads_voice.agents.quality.verdicts import Call, located, of_their_side, verdicts
from emads_voice.graph.quality import QualityContext, create_quality_graph
from emads_voice.vietnamese import is_vietnamese
from emads_voice.voice.backends import init_recognizer
from emads_voice.voice.languages import ENGLISH, VIETNAMESE
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.synthesizers.espeak import EspeakSynthesizer
from emads_voice.voice.synthesizers.piper import PiperSynthesizer

SCRIPT = Path(__file__).with_suffix(".tsv")
SPOKEN = "ab"
HELD_OUT = "efgh"


@dataclass(frozen=True)
class Said:
    """A line of a call."""

    call: str
    scorecard: str
    side: str
    text: str
    truth: tuple[str, ...]


def read_script() -> dict[str, list[Said]]:
    calls: dict[str, list[Said]] = {}
    for row in SCRIPT.read_text("utf-8").splitlines():
        if row and row[0] != "#":
            call, scorecard, side, text, truth = row.split("\t")
            said = Said(call, scorecard, side, text, tuple(filter(None, truth.split(","))))
            calls.setdefault(call, []).append(said)
    return calls


class Scripted:
    """A model that knows the truth, and makes up one breach a call."""

    name = "scripted"

    def __init__(self, script: Sequence[Said]) -> None:
        self.script = script

    async def find(self, scorecard: Scorecard, lines: Sequence[Line]) -> list[Claim]:
        true = [
            Claim(criterion=name.rstrip("?"), occasion=name.endswith("?"), quote=said.text)
            for said in self.script
            for name in said.truth
        ]
        worst = next(each.id for each in scorecard.criteria if isinstance(each, Avoid))
        return [*true, Claim(criterion=worst, quote="I will come and break your windows tonight")]


def wanted(script: Sequence[Said], scorecard: Scorecard) -> dict[str, str]:
    """The outcome of each criterion that is about words."""
    there = {name for said in script for name in said.truth}
    made = {}
    for each in scorecard.criteria:
        if isinstance(each, Avoid):
            made[each.id] = "broken" if each.id in there else "met"
        elif isinstance(each, Say) and each.when and f"{each.id}?" not in there:
            made[each.id] = "not_applicable"
        elif isinstance(each, Say):
            made[each.id] = "met" if each.id in there else "broken"
    return made


@dataclass
class Tally:
    """What was right."""

    breaches: int = 0
    of_breaches: int = 0
    invented: int = 0
    asked: int = 0
    of_asked: int = 0
    agents: int = 0
    dropped: int = 0

    def add(
        self, call: str, scorecard: Scorecard, truth: dict[str, str], found: dict[str, str], agent: bool
    ) -> None:
        self.agents += agent
        for each in scorecard.criteria:
            if each.id not in truth:
                continue
            right = truth[each.id] == found[each.id]
            if not right:
                print(f"    {call}: {each.id} is {truth[each.id]}, found {found[each.id]}")
            if isinstance(each, Avoid):
                breach = truth[each.id] == "broken"
                self.of_breaches += breach
                self.breaches += breach and right
                self.invented += not breach and found[each.id] == "broken"
            else:
                self.of_asked += 1
                self.asked += right

    def __str__(self) -> str:
        return (
            f"breaches {self.breaches} of {self.of_breaches}, invented {self.invented}; other criteria right"
            f" {self.asked} of {self.of_asked}; agent told {self.agents}; claims dropped {self.dropped}"
        )


async def from_words(calls: dict[str, list[Said]], which: str, judge: Judge | None) -> Tally:
    tally = Tally()
    for name in which:
        script = calls[name]
        scorecard = load_scorecard(script[0].scorecard)
        lines = [Line(said.side, said.text, 4.0 * at, 4.0 * at + 4) for at, said in enumerate(script)]
        claims = await (judge or Scripted(script)).find(scorecard, lines)
        said, dropped = located(claims, scorecard, lines)
        side = tell_agent(said, scorecard, ["agent", "customer"])
        call = Call(lines, "agent", Measures(longest_silence_s=None, silence_share=None, overlap_s=None))
        made = verdicts(of_their_side(said, "agent"), scorecard, call)
        found: dict[str, str] = {verdict.criterion: verdict.outcome for verdict in made}
        tally.add(name, scorecard, wanted(script, scorecard), found, side.label == "agent")
        tally.dropped += dropped
    return tally


async def from_sound(calls: dict[str, list[Said]], save: Path | None) -> None:
    graph = create_quality_graph(
        init_recognizer("whisper:base"), judge=EmbeddedJudge(default_embeddings())
    ).compile()
    for name in SPOKEN:
        script = calls[name]
        with tempfile.TemporaryDirectory() as folder:
            path = (save or Path(folder)) / f"call-{name}.wav"
            await speak(script, path)
            context = QualityContext(recording=path, scorecard=script[0].scorecard)
            state: Any = await graph.ainvoke({}, context=context)
        scorecard, tally = load_scorecard(script[0].scorecard), Tally()
        found = {each["criterion"]: each["outcome"] for each in state["verdicts"]}
        tally.add(name, scorecard, wanted(script, scorecard), found, state["agent"]["label"] == "left")
        print(
            f"  call {name}, {state['recording']['duration_s']:.0f} s: {tally}; {state['score']['arithmetic']}"
        )
        for side in state["measures"]["sides"]:
            print(f"    {side}")


async def speak(script: Sequence[Said], path: Path) -> None:
    """The call as sound, 8 kHz like the telephone's, agent left and customer right."""
    piper, espeak = PiperSynthesizer("en_US-joe-medium"), EspeakSynthesizer()
    sides: dict[str, list[Audio]] = {"agent": [], "customer": []}
    for said in script:
        vietnamese = is_vietnamese(said.text)
        if vietnamese:
            voice = "vi" if said.side == "agent" else "vi-vn-x-south"
            made = espeak.synthesize(said.text, language=VIETNAMESE, voice=voice)
        elif said.side == "agent":
            made = piper.synthesize(said.text, language=ENGLISH)
        else:
            made = espeak.synthesize(said.text, language=ENGLISH, voice="en-gb")
        sound = Audio.join([part async for part in made]).resample(8_000)
        sound = Audio(sound.samples * np.float32(0.08 / max(float(sound.samples.std()), 1e-6)), 8_000)
        for side, parts in sides.items():
            parts += [sound if side == said.side else Audio.silence(sound.duration_s, 8_000)]
            parts += [Audio.silence(0.6, 8_000)]
    tracks = [Audio.join(parts).samples for parts in sides.values()]
    length = min(map(len, tracks))
    both = np.stack([track[:length] for track in tracks], axis=1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes((np.clip(both, -1, 1) * 32767).astype("<i2").tobytes())


async def run(sound: bool, save: Path | None) -> None:
    calls = read_script()
    judge = EmbeddedJudge(default_embeddings())
    seen = "".join(name for name in calls if name not in HELD_OUT)
    for title, which in (("calls looked at", seen), ("held out", HELD_OUT)):
        print(f"{title}, embedded: {await from_words(calls, which, judge)}")
        print(f"{title}, scripted model: {await from_words(calls, which, None)}")
    if sound:
        await from_sound(calls, save)


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--sound", action="store_true", help="speak two of them, and hear them")
    options.add_argument("--save", type=Path, help="a folder to keep the recordings in")
    chosen = options.parse_args()
    asyncio.run(run(chosen.sound, chosen.save))


if __name__ == "__main__":
    main()
