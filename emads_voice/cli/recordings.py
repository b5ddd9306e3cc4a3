"""Recordings named on a command line, and the files made of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from emads_voice.error_text import reason_of
from emads_voice.voice.errors import AudioError
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.sound.crosstalk import separated
from emads_voice.voice.sound.level import levelled

from .console import complain

STDIN = "-"
"""The name under which standard input is read."""


HEARING_RATE = 16_000
"""What recognisers hear: a recording is brought down to it while it is read, two hours in 0.5 GB."""


class Recording:
    """A recording in a file, or on standard input for "-"."""

    def __init__(
        self, name: str, *, max_duration_s: float, track: int | None = None, strict: bool = False
    ) -> None:
        """
        Args:
            name: the file.
            max_duration_s: a longer one is refused.
            track: which of its sound tracks, from 1.
            strict: refuse one of which some cannot be read.
        """
        self._name = name
        self._max_s = max_duration_s
        self._track = track
        self._strict = strict
        self._piped: bytes | None = None

    def read(self) -> Audio:
        """All of it, mixed. What cannot be read is told on standard error.

        Raises:
            AudioError: it cannot be used, see :meth:`emads_voice.voice.sound.audio.Audio.load`; or it is strict, and
                some of it cannot be read.
        """
        audio = self.channel(None)
        if audio.faults:
            told = f"{'standard input' if self._name == STDIN else self._name}: {'; '.join(audio.faults)}."
            if self._strict:
                raise AudioError(f"{told} To use the rest, leave --strict out.")
            complain(f"{told} The rest is used.")
        return audio

    def channel(self, channel: int | None) -> Audio:
        """One of its channels, from 1, alone; made louder if it is quiet.

        Raises:
            AudioError: as for :meth:`read`.
        """
        return levelled(self._read(channel), in_place=True)

    def sides(self, count: int) -> Iterator[Audio]:
        """See :func:`~emads_voice.voice.sound.crosstalk.separated`.

        Raises:
            AudioError: as for :meth:`read`.
        """
        return separated(self._read, count)

    def _read(self, channel: int | None) -> Audio:
        if self._name != STDIN:
            return Audio.load(
                self._name,
                max_duration_s=self._max_s,
                max_rate=HEARING_RATE,
                track=self._track,
                channel=channel,
            )
        if self._piped is None:
            if sys.stdin is None or sys.stdin.isatty():
                raise AudioError(
                    '"-" reads a recording from standard input, and none is piped in: give a file.'
                )
            self._piped = sys.stdin.buffer.read()
        return Audio.decode(
            self._piped,
            name="standard input",
            max_duration_s=self._max_s,
            max_rate=HEARING_RATE,
            track=self._track,
            channel=channel,
        )


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
        raise AudioError(f"Cannot write {path}: {reason_of(error)}; name another file with --out.") from None
    if not existed:
        path.unlink()
