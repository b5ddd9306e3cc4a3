"""What is heard of real recordings: errors, language, time, and silence where nobody speaks. Prints Markdown.

    python benchmarks/recognition.py [FOLDER] [--recognizer whisper:base] [--verbose]

FOLDER holds recordings and a manifest.jsonl with ``file, language ("-" for none), text, kind`` a line. Every clip
is heard as it is and through a telephone (8 kHz, G.711 µ-law); once with the languages restricted to English and
Vietnamese (clips in other languages left out), once with all languages among the clips.

Errors are word error rates, for Chinese, Japanese and Korean character error rates, over the sum of the reference
words. English texts are compared after OpenAI's normaliser (pip install whisper-normalizer; it writes numbers as
digits and undoes contractions) on both sides; without it, and for other languages, only case and punctuation are
taken away, so that "8" for "eight" and traditional for simplified characters count as errors. Words without a
counterpart in the transcript are told beside. Then clips are joined in pairs, and what is lost by that is told, as
``lost_speech.py`` does.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jiwer

from emads_voice.voice.backends import init_recognizer
from emads_voice.voice.languages import Language, find_language
from emads_voice.voice.recognizer import Recognizer, Transcript
from emads_voice.voice.sound import g711
from emads_voice.voice.sound.audio import Audio

BY_CHARACTER = {"zh", "yue", "ja", "ko"}
NOBODY = "-"


@dataclass(frozen=True)
class Clip:
    file: str
    language: str
    kind: str
    text: str | None
    audio: Audio


@dataclass(frozen=True)
class Result:
    clip: Clip
    transcript: Transcript
    seconds: float
    errors: int
    words: int
    lost: int

    @property
    def named(self) -> str:
        return self.transcript.language.code if self.transcript.language else NOBODY


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    ours = Path(__file__).parents[1] / "tests" / "recordings"
    parser.add_argument("folder", type=Path, nargs="?", default=ours)
    parser.add_argument("--recognizer", default="whisper:base")
    parser.add_argument("--verbose", action="store_true", help="print what was heard, to standard error")
    options = parser.parse_args()
    import lost_speech  # which takes from here how clips are loaded and compared

    if not (options.folder / "manifest.jsonl").exists():
        sys.exit(f"No manifest.jsonl in {options.folder}: give the folder of recordings.")
    asyncio.run(measure(options.folder, options.recognizer, options.verbose))
    asyncio.run(lost_speech.measure(load(options.folder), options.recognizer))


async def measure(folder: Path, spec: str, verbose: bool) -> None:
    clips = load(folder)
    spoken = sorted({clip.language for clip in clips} - {NOBODY})
    normal = english_normaliser()
    print(f"{spec}, English compared after {'OpenAI’s normaliser' if normal else 'case and punctuation'}\n")
    for codes in (["en", "vi"], spoken):
        languages = tuple(map(find_language, codes))
        recognizer = init_recognizer(spec, languages=languages)
        await recognizer.warm_up()
        chosen = [clip for clip in clips if clip.language in {*codes, NOBODY}]
        clean = [await hear(recognizer, clip, clip.audio, normal) for clip in chosen]
        phone = [await hear(recognizer, clip, by_phone(clip.audio), normal) for clip in chosen]
        report(languages, clean, phone)
        if verbose:
            for result in clean:
                print(f"{result.clip.file}: {result.transcript.text}", file=sys.stderr)


def load(folder: Path) -> list[Clip]:
    rows = map(json.loads, (folder / "manifest.jsonl").read_text("utf-8").splitlines())
    return [
        Clip(row["file"], row["language"], row["kind"], row["text"], Audio.load(folder / row["file"]))
        for row in rows
    ]


def by_phone(audio: Audio) -> Audio:
    return Audio(g711.decode(g711.encode(audio.resample(g711.RATE).samples)), g711.RATE)


async def hear(
    recognizer: Recognizer, clip: Clip, audio: Audio, normal: Callable[[str], str] | None
) -> Result:
    start = time.perf_counter()
    transcript = await recognizer.transcribe(audio)
    seconds = time.perf_counter() - start
    if not clip.text:
        return Result(clip, transcript, seconds, 0, 0, 0)
    normalise = normal if normal and clip.language == "en" else plain
    reference, hypothesis = normalise(clip.text), normalise(transcript.text)
    if clip.language in BY_CHARACTER:
        reference, hypothesis = (" ".join(text.replace(" ", "")) for text in (reference, hypothesis))
    counts: Any = jiwer.process_words(reference, hypothesis)
    errors = counts.substitutions + counts.deletions + counts.insertions
    words = counts.hits + counts.substitutions + counts.deletions
    return Result(clip, transcript, seconds, errors, words, counts.deletions)


def report(languages: Sequence[Language], clean: Sequence[Result], phone: Sequence[Result]) -> None:
    print(f"### {len(clean)} clips, languages {', '.join(language.code for language in languages)}\n")
    print(
        "| clip | language | kind | s | named | errors | lost | took s | RTF | named by phone | errors by phone |"
    )
    print("|---|---|---|--:|---|--:|--:|--:|--:|---|--:|")
    for one, other in zip(clean, phone, strict=True):
        clip, length = one.clip, one.clip.audio.duration_s
        print(
            f"| {clip.file} | {clip.language} | {clip.kind} | {length:.1f} | {one.named} | {rate([one])} | {one.lost} |"
            f" {one.seconds:.2f} | {one.seconds / length:.3f} | {other.named} | {rate([other])} |"
        )
    print("\n| | clean | by phone |\n|---|--:|--:|")
    groups: dict[str, Callable[[Clip], bool]] = {
        "English, read": lambda clip: clip.language == "en" and clip.kind == "read",
        "English, all": lambda clip: clip.language == "en",
        "other languages": lambda clip: clip.language not in {"en", NOBODY},
    }
    for name, belongs in groups.items():
        rates = [rate([r for r in results if belongs(r.clip)]) for results in (clean, phone)]
        print(f"| errors, {name} | {rates[0]} | {rates[1]} |")
    lost = [sum(result.lost for result in results) for results in (clean, phone)]
    print(f"| words without a counterpart | {lost[0]} | {lost[1]} |")
    print(f"| language named rightly | {named(clean)} | {named(phone)} |")
    print(f"| noise and silence left empty | {empty(clean)} | {empty(phone)} |")
    print(f"| real-time factor | {real_time(clean):.3f} | {real_time(phone):.3f} |\n")


def rate(results: Sequence[Result]) -> str:
    words = sum(result.words for result in results)
    return f"{100 * sum(result.errors for result in results) / words:.1f} %" if words else ""


def named(results: Sequence[Result]) -> str:
    spoken = [result for result in results if result.clip.language != NOBODY]
    return f"{sum(result.named == result.clip.language for result in spoken)}/{len(spoken)}"


def empty(results: Sequence[Result]) -> str:
    silent = [result for result in results if result.clip.language == NOBODY]
    return f"{sum(not result.transcript.text for result in silent)}/{len(silent)}"


def real_time(results: Sequence[Result]) -> float:
    return sum(result.seconds for result in results) / sum(r.clip.audio.duration_s for r in results)


def plain(text: str) -> str:
    letters = (" " if unicodedata.category(c)[0] in "PSZ" else c for c in text.casefold())
    return " ".join("".join(letters).split())


def english_normaliser() -> Callable[[str], str] | None:
    try:
        from whisper_normalizer.english import EnglishTextNormalizer
    except ImportError:
        return None
    normaliser: Callable[[str], str] = EnglishTextNormalizer()
    return normaliser


if __name__ == "__main__":
    main()
