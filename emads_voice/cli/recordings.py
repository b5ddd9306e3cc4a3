"""Recordings named on a command line, and the files made of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from emads_voice.voice.audio import Audio
from emads_voice.voice.errors import AudioError

STDIN = "-"
"""The name under which standard input is read."""


def read_recording(name: str, *, max_duration_s: float) -> Audio:
    """The recording in a file, or on standard input for "-".

    Raises:
        AudioError: it cannot be used; see :meth:`emads_voice.voice.audio.Audio.load`.
    """
    if name != STDIN:
        return Audio.load(name, max_duration_s=max_duration_s)
    if sys.stdin is None or sys.stdin.isatty():
        raise AudioError('"-" reads a recording from standard input, and none is piped in.')
    return Audio.decode(sys.stdin.buffer.read(), name="standard input", max_duration_s=max_duration_s)


def check_output(path: Path, inputs: Sequence[str] = ()) -> None:
    """Find out before the work is done, not after, that its result cannot be written.

    Args:
        path: the file to be written.
        inputs: recordings that must not be overwritten by it.

    Raises:
        AudioError: it is a folder, there is no such folder, it cannot be written, or it is one of the inputs.
    """
    if path.is_dir():
        raise AudioError(f"{path} is a folder: name a file in it, such as {path / 'reply.wav'}.")
    if any(path.exists() and Path(name).exists() and path.samefile(name) for name in inputs):
        raise AudioError(f"The answer would overwrite the recording {path}: give another file with --out.")
    existed = path.exists()
    try:
        path.open("ab").close()
    except OSError as error:
        raise AudioError(f"Cannot write {path}: {(error.strerror or str(error)).lower()}.") from None
    if not existed:
        path.unlink()
