"""Minutes: what is found of a scripted meeting, and what is made up, from its words and from its sound.

    python benchmarks/minutes.py [--sound] [--save meeting.wav]

``minutes.tsv`` is the truth: who says what, and what it comes to. From its words alone the extractor is measured; with
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
from emads_voice.agents.text import fold
from emads_voice.graph.meetings import MeetingContext, create_meeting_graph
from emads_voice.voice.backends import init_recognizer
from emads_voice.voice.languages import ENGLISH, VIETNAMESE
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.synthesizers.espeak import EspeakSynthesizer
from emads_voice.voice.synthesizers.piper import PiperSynthesizer

sys.path.append(str(Path(__file__).parents[1] / "tools"))
from speaker_error import speaker_error

SCRIPT = Path(__file__).with_suffix(".tsv")
WHEN = datetime(2026, 11, 25, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
VOICES = {"Peter": "", "Lan": "en-gb", "Mark": "en-gb-scotland", "Hoa": "vi", "Minh": "vi-vn-x-south"}


@dataclass(frozen=True)
class Said:
    """A line of the script."""

    speaker: str
    language: str
    text: str
    truth: str


def read_script() -> list[Said]:
    lines = [line.split("\t") for line in SCRIPT.read_text("utf-8").splitlines() if line and line[0] != "#"]
    return [Said(*line) for line in lines]


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--sound", action="store_true", help="speak it, and hear it")
    options.add_argument("--save", type=Path, help="keep the recording")
    chosen = options.parse_args()
    script = read_script()
    lines = [Line(said.speaker, said.text, 4.0 * at, 4.0 * at + 4) for at, said in enumerate(script)]
    found, questions = schedule(checked(extract(lines), lines), WHEN)
    print("from its words")
    for language in ("en", "vi"):
        judge(
            language,
            script,
            found.model_dump(),
            [question.model_dump() for question in questions],
            exact=True,
        )
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
        judge(language, script, state, state["questions"], exact=False)


def judge(
    language: str, script: Sequence[Said], found: Any, questions: Sequence[dict[str, Any]], *, exact: bool
) -> None:
    """Print what of the script's truth was found, and what was found besides.

    Args:
        language: whose lines are judged.
        script: with the truth.
        found: actions, decisions and appointments.
        questions: that were left open.
        exact: the words are the script's; else a finding is of the language that its words are in.
    """
    ours = [said for said in script if said.language == language]
    spoken_here = {fold(said.text) for said in ours}

    def is_ours(claim: dict[str, Any]) -> bool:
        if exact:
            return any(fold(claim["quote"]) in text for text in spoken_here)
        return (language == "en") == bool(claim["quote"].isascii())

    actions = [action for action in found["actions"] if is_ours(action)]
    wanted = [said.truth[2:].split("|") for said in ours if said.truth.startswith("A ")]
    left, hits, owners, dates = list(actions), 0, 0, 0
    for owner, words, due in wanted:
        match = next((action for action in left if _has(action["quote"] + " " + action["task"], words)), None)
        if match is None:
            print(f"    missed: {owner}: {words}")
            continue
        left.remove(match)
        hits += 1
        owners += match["owner"] == owner
        dates += match["due"][:10] == due
    for action in left:
        if not any(
            question["line"] == action["line"] and "Q" in _truths(ours, action) for question in questions
        ):
            print(f"    invented: {action['owner']}: {action['task']}")
    invented = sum("Q" not in _truths(ours, action) for action in left)
    decisions = [taken for taken in found["decisions"] if is_ours(taken)]
    decided = [said.truth[2:].split("|") for said in ours if said.truth.startswith("D ")]
    taken_hits = [
        (taken, names) for words, names in decided for taken in decisions if _has(taken["text"], words)
    ]
    votes = sum(
        sorted(vote["who"] for vote in taken["agreed"]) == sorted(names.split(","))
        for taken, names in taken_hits
    )
    meetings = [said.truth[2:] for said in ours if said.truth.startswith("M ")]
    starts = [each["start"][:16] for each in found["appointments"] if is_ours(each)]
    print(
        f"  {language}: actions {hits} of {len(wanted)}, invented {invented}; owner right {owners}, date right {dates}; "
        f"decisions {len(taken_hits)} of {len(decided)}, invented {len(decisions) - len(taken_hits)}, "
        f"votes right {votes}; appointments {sum(start in starts for start in meetings)} of {len(meetings)}, "
        f"invented {sum(start not in meetings for start in starts)}"
    )


def _truths(ours: Sequence[Said], action: dict[str, Any]) -> str:
    return "".join(said.truth[:1] for said in ours if fold(action["quote"]) in fold(said.text))


def _has(text: str, words: str) -> bool:
    return all(word in fold(text) for word in fold(words).split())


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
