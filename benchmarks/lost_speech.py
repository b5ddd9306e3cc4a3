"""What is lost where recordings go on after a pause: words of clips that are heard alone, and not when joined.

    python benchmarks/lost_speech.py [--recognizer whisper:base] [--minutes 30] [--verbose]

Every two of the English clips of ``tests/recordings`` that have a text and last 12 s at most are joined over 0.7, 1.5
and 2.5 s of silence, in either order. A word is lost where the transcript of the pair lacks it and those of the clips
alone do not. ``--minutes`` assembles a recording of that length from all English clips, over pauses of 0.5 to 4 s.
``recognition.py`` prints the same for the pairs.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jiwer
from recognition import Clip, english_normaliser, load, plain

from emads_voice.voice.backends import init_recognizer
from emads_voice.voice.languages import ENGLISH, VIETNAMESE
from emads_voice.voice.recognizer import Recognizer
from emads_voice.voice.sound.audio import Audio

LONGEST_S = 12.0
PAUSES_S = (0.7, 1.5, 2.5)
MANY = 4
"""So many words lost from a pair are a sentence that nobody hears of."""

TOLD_EVERY = 30

RATE = 16_000


@dataclass(frozen=True)
class Joined:
    """What became of clips that were joined."""

    names: str
    words: int
    lost: int
    marked_s: float
    seconds: float
    duration_s: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--recognizer", default="whisper:base")
    parser.add_argument("--minutes", type=float, default=0)
    parser.add_argument(
        "--verbose", action="store_true", help="name the pairs that lost words, on standard error"
    )
    options = parser.parse_args()
    clips = load(Path(__file__).parents[1] / "tests" / "recordings")
    asyncio.run(measure(clips, options.recognizer, options.minutes, options.verbose))


async def measure(clips: Sequence[Clip], spec: str, minutes: float = 0, verbose: bool = False) -> None:
    """Join the clips, hear them, and print what was lost."""
    recognizer = init_recognizer(spec, languages=(ENGLISH, VIETNAMESE))
    await recognizer.warm_up()
    normal = english_normaliser() or plain
    spoken = [clip for clip in clips if clip.language == "en" and clip.text]
    alone = {clip.file: await missing(recognizer, clip.audio, clip.text or "", normal) for clip in spoken}
    short = [clip for clip in spoken if clip.audio.duration_s <= LONGEST_S]
    pairs: list[Joined] = []
    for two, pause_s in itertools.product(itertools.permutations(short, 2), PAUSES_S):
        pairs.append(await hear(recognizer, two, [pause_s], alone, normal))
        if len(pairs) % TOLD_EVERY == 0:
            so_far = f"{sum(pair.lost for pair in pairs)} of {sum(pair.words for pair in pairs)} words lost"
            print(f"{len(pairs)} pairs: {so_far}", file=sys.stderr, flush=True)
    report(f"{len(pairs)} pairs, {min(PAUSES_S)} to {max(PAUSES_S)} s apart", pairs)
    if verbose:
        for pair in sorted(pairs, key=lambda pair: -pair.lost):
            if pair.lost:
                print(
                    f"{pair.lost} of {pair.words}, {pair.marked_s:.1f} s marked: {pair.names}",
                    file=sys.stderr,
                )
    if minutes:
        chosen, pauses = assembled(spoken, minutes * 60)
        report(
            f"one recording of {minutes:g} minutes", [await hear(recognizer, chosen, pauses, alone, normal)]
        )


def assembled(clips: Sequence[Clip], length_s: float) -> tuple[list[Clip], list[float]]:
    """Clips and the pauses between them that make a recording of a length; the same each time."""
    dice = random.Random(1)
    chosen, pauses, done_s = [dice.choice(clips)], [], 0.0
    while (done_s := done_s + chosen[-1].audio.duration_s) < length_s:
        pauses.append(dice.uniform(0.5, 4))
        chosen.append(dice.choice(clips))
        done_s += pauses[-1]
    return chosen, pauses


async def hear(
    recognizer: Recognizer,
    clips: Sequence[Clip],
    pauses_s: Sequence[float],
    alone: dict[str, tuple[int, int, float]],
    normal: Callable[[str], str],
) -> Joined:
    parts = [clips[0].audio.resample(RATE)]
    for clip, pause_s in zip(clips[1:], pauses_s, strict=True):
        parts += [Audio.silence(pause_s, RATE), clip.audio.resample(RATE)]
    audio = Audio.join(parts)
    began = time.process_time()
    words, lost, marked_s = await missing(
        recognizer, audio, " ".join(clip.text or "" for clip in clips), normal
    )
    expected = sum(alone[clip.file][1] for clip in clips)
    names = f"{' + '.join(clip.file for clip in clips)} over {pauses_s[0]} s"
    return Joined(
        names, words, max(0, lost - expected), marked_s, time.process_time() - began, audio.duration_s
    )


async def missing(
    recognizer: Recognizer, audio: Audio, text: str, normal: Callable[[str], str]
) -> tuple[int, int, float]:
    """The words of a text, those that are not in the transcript of its recording, and the seconds that are marked."""
    transcript = await recognizer.transcribe(audio)
    counts: Any = jiwer.process_words(normal(text), normal(transcript.text))
    marked_s = sum(part.end_s - part.start_s for part in transcript.segments if not part.text)
    return counts.hits + counts.substitutions + counts.deletions, counts.deletions, marked_s


def report(what: str, heard: Sequence[Joined]) -> None:
    words, lost = (sum(getattr(one, field) for one in heard) for field in ("words", "lost"))
    many = sum(one.lost >= MANY for one in heard)
    factor = sum(one.seconds for one in heard) / sum(one.duration_s for one in heard)
    marked = sum(one.marked_s for one in heard)
    print(
        "| joined | words | lost | lost four words or more | marked | CPU s per s |\n|---|--:|--:|--:|--:|--:|"
    )
    print(
        f"| {what} | {words} | {lost} ({100 * lost / words:.2f} %) | {many} | {marked:.0f} s | {factor:.3f} |\n"
    )


if __name__ == "__main__":
    main()
