"""What a recording takes of memory does not grow with its length, with the real decoder, voice activity and voices."""

from __future__ import annotations

import subprocess
import sys
import wave
from pathlib import Path

import numpy as np

from emads_voice.voice.sound.audio import Audio

RECORDINGS = Path(__file__).parents[2] / "recordings"

# In blocks of 20 s, so that a long recording is one of some minutes.
PROGRAM = """
import asyncio, sys
from pathlib import Path
from emads_voice.voice.languages import ENGLISH
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.sound import spool
from emads_voice.voice.speakers.hearing import Speaking, hear

class Recognizer:
    name, languages = "stub", (ENGLISH,)

    async def transcribe(self, audio, **_):
        said = (Segment("Nothing.", 0, 1),)
        return Transcript("Nothing.", ENGLISH, audio.duration_s, "stub", said)

spool.BLOCK_S, spool.SEARCH_S = 20.0, 5.0
heard = asyncio.run(hear(Path(sys.argv[1]), "long", Recognizer(), Speaking()))
assert len(heard.peaks) == 1200
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(round(heard.transcript.duration_s), status["VmHWM"].split()[0])
"""


def peak_bytes(path: Path, seconds: int) -> int:
    said = Audio.load(RECORDINGS / "en_jfk.flac", max_rate=16_000).samples
    minute = np.zeros(60 * 16_000, np.float32)
    minute[: len(said)] = said
    samples = (minute * 32767).astype("<i2").tobytes()
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        for _ in range(seconds // 60):
            file.writeframes(samples)
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)], capture_output=True, text=True, check=True
    )
    length_s, peak_kb = map(int, ran.stdout.split())
    assert length_s == seconds
    return peak_kb * 1024


def test_memory_does_not_grow_with_the_length(tmp_path: Path) -> None:
    short, long = peak_bytes(tmp_path / "short.wav", 120), peak_bytes(tmp_path / "long.wav", 720)
    held = 600 * 16_000 * 4  # had the ten minutes more been held in memory, as floats
    assert long - short < held / 3
