"""The standard streams: text in UTF-8 whatever the locale, and a failure to write is told, not raised from anywhere."""

from __future__ import annotations

import io
import os
import select
import sys
from typing import TYPE_CHECKING, Any

from emads_voice.error_text import reason_of
from emads_voice.errors import EmadsVoiceError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class OutputError(EmadsVoiceError):
    """Standard output cannot be written: the disk is full, or it is closed."""


class OutputEnded(Exception):  # noqa: N818  # it is no error: whoever reads has read enough
    """Nobody reads standard output any more."""


class _Output(io.FileIO):
    """A standard stream whose first failure is told, after which nothing more is written to it."""

    def __init__(self, descriptor: int, *, told: bool) -> None:
        super().__init__(descriptor, "wb", closefd=False)
        self.failed = False
        self._told = told

    def write(self, data: ReadableBuffer, /) -> int:
        size = memoryview(data).nbytes
        if self.failed:  # what is still in the buffers when the process ends
            return size
        try:
            while (written := super().write(data)) is None:  # another process made the pipe non-blocking
                select.select([], [self], [])
            return written
        except OSError as error:
            self.failed = True
            if not self._told:
                return size
            if isinstance(error, BrokenPipeError):
                raise OutputEnded from None
            raise OutputError(
                f"Standard output cannot be written: {reason_of(error)}; make room, or send it elsewhere."
            ) from None


class StandardStreams:
    """Standard output and standard error, from the moment they are opened."""

    def __init__(self) -> None:
        """Open them, in place of what Python made of them."""
        self._err: _Output | None = None
        if sys.platform == "win32":
            for stream in filter(None, (sys.stdout, sys.stderr)):
                stream.reconfigure(encoding="utf-8", errors="replace")  # consoles have others
            return
        _fill_closed()
        if _is_ours(sys.stdout, 1):
            sys.stdout = _text(_Output(1, told=True))
        if _is_ours(sys.stderr, 2):
            self._err = _Output(2, told=False)  # there is nowhere to tell it, and the answer is worth more
            sys.stderr = _text(self._err)

    def finish(self) -> bool:
        """Write what is left; returns whether all that was said on standard error got there.

        Raises:
            OutputError, OutputEnded: standard output cannot be written.
        """
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
        return not (self._err and self._err.failed)


def _fill_closed() -> None:
    """Keep files that are opened later from taking the numbers of closed streams.

    Where output is closed, writing it stays an error; who closes standard error wants to hear nothing.
    """
    for descriptor, mode in ((0, os.O_WRONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(descriptor)
        except OSError:
            os.set_inheritable(os.open(os.devnull, mode), True)  # the lowest number that is free: this one


def _is_ours(stream: Any, descriptor: int) -> bool:
    """Whether a stream is the process's own and nobody has put another in its place, as tests do."""
    try:
        return stream is None or stream.fileno() == descriptor
    except (OSError, ValueError):  # it is in memory
        return False


def _text(raw: _Output) -> io.TextIOWrapper:
    buffer = io.BufferedWriter(raw)
    return io.TextIOWrapper(buffer, encoding="utf-8", errors="replace", line_buffering=raw.isatty())
