"""Recordings an hour of ``emads-voice batch``, in one process and on Ray, side by side: 200 pieces of speech of 2.5 s.

.venv-ray/bin/python benchmarks/batch.py            # after make test-ray
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from emads_voice.voice.sound.audio import Audio

SPEECH = Path(__file__).parents[1] / "tests" / "recordings" / "en_long_lj001_01-08.flac"
COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 200
PIECE_S = 2.5


def main() -> None:
    """Measure, and print."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "calls").mkdir()
        speech = Audio.load(SPEECH, max_rate=16_000)
        step = (speech.duration_s - PIECE_S) / COUNT
        for number in range(COUNT):
            speech.clip(number * step, number * step + PIECE_S).save(home / "calls" / f"{number:04}.wav")
        for where in ("here", "ray"):
            took = _run(home, where)
            made = list((home / where).glob("*/result.json"))
            marks = sorted(path.stat().st_mtime for path in made)
            steady = (len(marks) - 1) / (marks[-1] - marks[0]) * 3600
            print(
                f"{where}: {len(made)} of {COUNT} in {took:.0f} s; once models are loaded {steady:.0f} an hour;"
                f" load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores",
                flush=True,
            )


def _run(home: Path, where: str) -> float:
    command = [sys.executable, "-m", "emads_voice", "batch", "calls", "--do", "transcribe"]
    command += ["--out", where, "--on", where, "--at-once", "2"]
    began = time.monotonic()
    environment = os.environ | {"EMADS_DATA_DIR": str(home / "data")}
    subprocess.run(command, cwd=home, env=environment, check=True, stderr=subprocess.DEVNULL)
    return time.monotonic() - began


if __name__ == "__main__":
    main()
