"""Recordings named on a command line."""

from __future__ import annotations

import sys
from pathlib import Path

from emads_voice.voice.audio import Audio
from emads_voice.voice.errors import AudioError


def read_recording(name: str, *, max_duration_s: float) -> Audio:
    """The recording in a file, or on standard input for "-".

    Raises:
        AudioError: it cannot be used; see :meth:`emads_voice.voice.audio.Audio.load`.
    """
    if name != "-":
        return Audio.load(name, max_duration_s=max_duration_s)
    if sys.stdin.buffer.isatty():
        raise AudioError('"-" reads a recording from standard input, and none is piped in.')
    return Audio.decode(sys.stdin.buffer.read(), name="standard input", max_duration_s=max_duration_s)


def check_writable(path: Path) -> None:
    """Find out before the work is done, not after, that its result cannot be written.

    Raises:
        AudioError: there is no such folder, or the file cannot be written.
    """
    existed = path.exists()
    try:
        path.open("ab").close()
    except OSError as error:
        raise AudioError(f"Cannot write {path}: {(error.strerror or str(error)).lower()}.") from None
    if not existed:
        path.unlink()
