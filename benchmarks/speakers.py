"""Who speaks: how much of a recording's time is given to the wrong speaker, and what finding out costs.

    python benchmarks/speakers.py [--others] [FOLDER]

Without a folder: the meeting of ``tests/recordings``, and conversations made of its read clips, whose speakers take
turns of 1.2 to 6 s. FOLDER holds more recordings, NAME.wav with its annotation NAME.rttm; with --others
voices are grouped in other ways too (``grouping.py``).
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

from emads_voice.voice.activity.vad import shared_vad, speech_spans
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.speakers import clustering
from emads_voice.voice.speakers.d_vector import shared_d_vector
from emads_voice.voice.speakers.diarization import Speakers, hear_voices, tell_apart

sys.path.append(str(Path(__file__).parents[1] / "tools"))
sys.path.append(str(Path(__file__).parent))
from grouping import WAYS

from speaker_error import Turns, read_rttm, speaker_error

RECORDINGS = Path(__file__).parents[1] / "tests" / "recordings"
READERS = (
    "en_jfk", "en_librivox_ss_0870", "en_ibm_speech", "en_moonshine_two_cities", "en_long_lj001_01-08", "vi_fosd_01",
    "vi_cv_23397238", "de_pv", "fr_pv", "es_fleurs_002", "pt_fleurs_001",
)  # fmt: skip


def main() -> None:
    """Print a row for each recording."""
    given = [each for each in sys.argv[1:] if each != "--others"]
    folder = Path(given[0]) if given else None
    ways = WAYS if "--others" in sys.argv else {"average linkage": clustering._agglomerate}
    made = {f"turns {seed}": conversation(seed) for seed in range(8)}
    annotated = sorted([*RECORDINGS.glob("*.rttm"), *(folder.glob("*.rttm") if folder else ())])
    for path in annotated:
        sound = next(each for each in (path.with_suffix(".wav"), path.with_suffix(".flac")) if each.exists())
        made[path.stem] = Audio.load(sound, max_rate=16_000), read_rttm(path)
    print(
        f"{'recording':24} {'speak':>5} {'found':>5} {'wrong':>6} {'wrong, number given':>20} {'CPU s/s':>8}"
    )
    mean: dict[str, list[tuple[float, float, bool]]] = {name: [] for name in ways}
    model, vad = shared_d_vector(), shared_vad()
    for name, (audio, turns) in made.items():
        spans = speech_spans(audio, vad, pad_s=0.05)
        began = time.process_time()
        voices = hear_voices(audio, spans, model)
        cost = (time.process_time() - began) / audio.duration_s
        speak = len({speaker for _, _, speaker in turns})

        def wrong(speakers: Speakers) -> float:
            def who(at: float) -> str:
                return speakers.who(at, at)[0] if any(start <= at < end for start, end in spans) else ""  # noqa: B023

            return speaker_error(turns, who, audio.duration_s)  # noqa: B023

        for way, grouped in ways.items():
            clustering._agglomerate = grouped
            found, told = tell_apart(voices), tell_apart(voices, count=speak)
            mean[way].append((wrong(found), wrong(told), len(found.names) == speak))
            row = f"{name:24} {speak:5} {len(found.names):5} {wrong(found):6.1%} {wrong(told):20.1%} {cost:8.3f}"
            print(row, way if len(ways) > 1 else "")
    for way, rows in mean.items():
        unknown, known, right = (sum(column) / len(rows) for column in zip(*rows, strict=True))
        print(
            f"mean: {unknown:.1%} wrong, {known:.1%} with the number given, number found {right:.0%}: {way}"
        )


def conversation(seed: int) -> tuple[Audio, Turns]:
    """Fourteen turns of two to five readers, made equally loud."""
    rng = random.Random(seed)
    names = rng.sample(READERS, rng.randint(2, 5))
    clips = {name: Audio.load(RECORDINGS / f"{name}.flac", max_rate=16_000) for name in names}
    heard = dict.fromkeys(names, 0.0)
    parts, turns, at = [], [], 0.0
    for _ in range(14):
        name = rng.choice(names)
        clip, length = clips[name], rng.uniform(1.2, 6)
        if heard[name] + length > clip.duration_s:
            heard[name] = 0.0
        part = clip.clip(heard[name], heard[name] + length)
        heard[name] += length
        parts.append(Audio(part.samples * (0.08 / max(part.samples.std(), 1e-6)), part.rate))
        turns.append((at, at + part.duration_s, name))
        pause = Audio.silence(rng.uniform(0.1, 0.6), part.rate)
        parts.append(pause)
        at += part.duration_s + pause.duration_s
    return Audio.join(parts), turns


if __name__ == "__main__":
    main()
