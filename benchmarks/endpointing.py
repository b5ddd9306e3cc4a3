"""What Smart Turn makes of real utterances over the telephone: where they ended, and where they only paused.

    .venv/bin/python benchmarks/endpointing.py

Needs the model (``emads-voice doctor`` says where it goes) and the recordings in ``tests/recordings``. A recording's
last word is an end, each earlier silence of 0.2 s or more a pause; what is judged is all that was said up to it and
128 ms of the silence after it, at 8 kHz. Many pauses are those between two sentences, where nobody could tell.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

from emads_voice.voice.activity.vad import shared_vad, speech_spans
from emads_voice.voice.endpointing import Intonation
from emads_voice.voice.endpointing.smart_turn import SmartTurn
from emads_voice.voice.errors import WeightsError
from emads_voice.voice.sound.audio import Audio

RECORDINGS = Path(__file__).parents[1] / "tests" / "recordings"
PAUSE_S = 0.128
LEFT_OUT = ("x_", "en_ami", "en_moonshine", "en_long", "en_jfk")  # noise, a meeting, long readings, a speech


def utterances() -> Iterator[tuple[Audio, bool]]:
    """What was said up to each silence, and whether it was the end."""
    for path in sorted(RECORDINGS.glob("*.flac")):
        if path.name.startswith(LEFT_OUT):
            continue
        audio = Audio.load(path).resample(8_000)
        spans = speech_spans(audio, shared_vad(), pad_s=0.0, min_silence_s=0.2)
        for span in spans:
            yield audio.clip(spans[0].start_s - 0.2, span.end_s + PAUSE_S), span is spans[-1]


async def main() -> None:
    model, hint = SmartTurn(), Intonation()
    try:
        await model.warm_up()
    except WeightsError as error:
        sys.exit(str(error))
    judged: dict[bool, list[float]] = {True: [], False: []}
    took: list[float] = []
    for audio, ended in utterances():
        began = perf_counter()
        finished = await model.finished(audio)
        took.append(perf_counter() - began)
        if audio.duration_s >= 1.0:  # shorter ones the hint leaves alone
            judged[ended].append(finished)
    print("| at 8 kHz | finished (≥ 0.5) | more time (< 0.1) | of |\n|---|--:|--:|--:|")
    for ended, name in ((True, "ends"), (False, "pauses inside a recording")):
        values = judged[ended]
        more = sum(value < hint.below for value in values)
        print(f"| {name} | {sum(value >= 0.5 for value in values)} | {more} | {len(values)} |")
    print(f"\n{1000 * median(took):.0f} ms a judgement.")


if __name__ == "__main__":
    asyncio.run(main())
