"""Minutes: what is found of a scripted meeting, and what is made up, from its words and from its sound.

    python benchmarks/minutes.py [--sound] [--save meeting.wav] [--second]

``minutes.tsv`` is the truth, or ``minutes_second.tsv``, a second meeting: who says what, and what it comes to. From its
words alone the extractor is measured; with
``--sound`` they are spoken by Piper and by four voices of espeak-ng, and the whole of ``emads-voice meeting`` is:
recogniser, who speaks, extractor. espeak-ng's Vietnamese is hardly understood by any recogniser, so that what is
found there says little; the English half is told apart.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from emads_voice.agents.minutes.checking import checked
from emads_voice.agents.minutes.embedded import extract
from emads_voice.agents.minutes.lines import Line
from emads_voice.agents.minutes.scheduling import schedule
from emads_voice.graph.meetings import MeetingContext, create_meeting_graph
from emads_voice.voice.backends import init_recognizer
from emads_voice.voice.languages import ENGLISH, VIETNAMESE
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.synthesizers.espeak import EspeakSynthesizer
from emads_voice.voice.synthesizers.piper import PiperSynthesizer

sys.path.append(str(Path(__file__).parents[1] / "tools"))
from speaker_error import speaker_error

SCRIPT = Path(__file__).with_suffix(".tsv")
SECOND = Path(__file__).with_name("minutes_second.tsv")
WHEN = datetime(2026, 11, 25, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
VOICES = {"Peter": "", "Lan": "en-us+f3", "Mark": "en-gb-x-rp+m3", "Hoa": "vi+f2", "Minh": "vi-vn-x-south+m4"}


@dataclass(frozen=True)
class Said:
    """A line of the script."""

    speaker: str
    language: str
    text: str
    truth: str


def read_script(path: Path) -> list[Said]:
    lines = [line.split("\t") for line in path.read_text("utf-8").splitlines() if line and line[0] != "#"]
    return [Said(*line) for line in lines]


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--sound", action="store_true", help="speak it, and hear it")
    options.add_argument("--second", action="store_true", help="the second meeting")
    options.add_argument("--save", type=Path, help="keep the recording")
    chosen = options.parse_args()
    script = read_script(SECOND if chosen.second else SCRIPT)
    lines = [Line(said.speaker, said.text, 4.0 * at, 4.0 * at + 4) for at, said in enumerate(script)]
    found, _ = schedule(checked(extract(lines), lines), WHEN)
    print("from its words")
    turns = [(line.start_s, line.end_s, line.speaker) for line in lines]
    for language in ("en", "vi"):
        judge(language, script, turns, found.model_dump())
    if chosen.sound:
        asyncio.run(from_sound(script, chosen.save))


async def from_sound(script: Sequence[Said], save: Path | None) -> None:
    audio, turns = await spoken(script)
    with tempfile.TemporaryDirectory() as folder:
        path = save or Path(folder) / "meeting.wav"
        audio.save(path)
        names = list(dict.fromkeys(said.speaker for said in script))
        graph = create_meeting_graph(init_recognizer("whisper:base")).compile()
        context = MeetingContext(
            recording=path, speakers=names, date=WHEN.isoformat(), time_zone="Asia/Ho_Chi_Minh"
        )
        state: Any = await graph.ainvoke({}, context=context)
    segments = state["recording"]["segments"]

    def who(at: float) -> str:
        return next((part["speaker"] for part in segments if part["start_s"] <= at < part["end_s"]), "")

    print(f"\nfrom {audio.duration_s / 60:.1f} minutes of sound; the wrong speaker", end=" ")
    print(f"{speaker_error(turns, who, audio.duration_s):.1%} of the time")
    for language in ("en", "vi"):
        judge(language, script, turns, state)


def judge(
    language: str, script: Sequence[Said], turns: Sequence[tuple[float, float, str]], found: Any
) -> None:
    """Print what of the script's truth was found, and what was found besides.

    Args:
        language: whose lines are judged.
        script: with the truth.
        turns: when each of its lines was said.
        found: actions, decisions and appointments; what stands on a line is that line's.
    """
    counts = dict.fromkeys(("owners", "dates", "votes"), 0)
    told = []
    for letter, kind in (("A", "actions"), ("D", "decisions"), ("M", "appointments")):
        wanted = {
            at for at, said in enumerate(script) if said.truth[:1] == letter and said.language == language
        }
        hits, invented = set[int](), 0
        for claim in found[kind]:
            at = _line(claim, turns)
            said = script[at]
            if said.language != language or said.truth[:1] == "Q":
                continue
            if at not in wanted or at in hits:
                print(f"    invented: {kind}: {claim['quote']} ({said.text})")
                invented += 1
                continue
            hits.add(at)
            fields = said.truth[2:].split("|")
            if letter == "A":
                counts["owners"] += claim["owner"] == fields[0]
                counts["dates"] += claim["due"][:10] == fields[2]
            elif letter == "D":
                voted = sorted(vote["who"] for vote in claim["agreed"])
                counts["votes"] += voted == sorted(fields[1].split(","))
            else:
                counts["dates"] += claim["start"][:16] == fields[0]
        for at in sorted(wanted - hits):
            print(f"    missed: {kind}: {script[at].text}")
        told.append(f"{kind} {len(hits)} of {len(wanted)}, invented {invented}")
    print(
        f"  {language}: {'; '.join(told)}; right are", ", ".join(f"{n} {what}" for what, n in counts.items())
    )


def _line(claim: dict[str, Any], turns: Sequence[tuple[float, float, str]]) -> int:
    """The number of the script's line that a finding stands on."""
    middle = (claim["start_s"] + claim["end_s"]) / 2
    return min(range(len(turns)), key=lambda at: abs((turns[at][0] + turns[at][1]) / 2 - middle))


async def spoken(script: Sequence[Said]) -> tuple[Audio, list[tuple[float, float, str]]]:
    """The script as sound, each voice equally loud, and who speaks when."""
    piper, espeak = PiperSynthesizer("en_US-joe-medium"), EspeakSynthesizer()
    parts, turns, at = [], [], 0.0
    for said in script:
        language = VIETNAMESE if said.language == "vi" else ENGLISH
        voice = VOICES[said.speaker]
        made = (
            espeak.synthesize(said.text, language=language, voice=voice)
            if voice
            else piper.synthesize(said.text, language=language)
        )
        sound = Audio.join([part async for part in made]).resample(16_000)
        level = np.float32(0.08 / max(float(sound.samples.std()), 1e-6))
        parts += [Audio(sound.samples * level, 16_000), Audio.silence(0.6, 16_000)]
        turns.append((at, at + sound.duration_s, said.speaker))
        at += sound.duration_s + 0.6
    return Audio.join(parts), turns


if __name__ == "__main__":
    main()
