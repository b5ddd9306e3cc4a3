"""The parts of a recording's file, each of them a whole file to FFmpeg, and the bytes they are made of.

FFmpeg reads on after damage where it can, and says nothing; what follows the end of a file it never looks at. So the
file's own order is walked first: boxes, chunks, pages, elements and frames say how long they are, and what does not
begin where the one before it ends is damage.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from emads_voice.voice.errors import AudioError

BLOCK = 1 << 18
"""Bytes read at once."""

PADDING = 1 << 16
"""So many zeros at the end of a file fill it up; more are what a download has not brought."""

MOST_LOOKS, BYTES_A_LOOK = 2_000_000, 16
"""A file is looked at so often, or once in so many bytes: two seconds for one that was made to take long. Two hours of
AMR have 360,000 frames."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a file that is a file of its own.

    Attributes:
        ranges: of the bytes it is made of, from and to, in order.
        prefix: bytes that stand before them.
        holes: where in it, in bytes, the file goes on after something that cannot be read.
        jumps: where something may be missing, if the times jump there too.
        cut: it breaks off in the middle of something, or its last page is missing.
        announced: the bytes it says it has; 0 if it does not, or they are there.
        lost_s: so many seconds before it are lost; 0 for none.
        continues: it goes on after damage in the part before, in the same time.
        form: FFmpeg's name of its format, where it would not be recognised; "" where it is.
    """

    ranges: tuple[tuple[int, int], ...]
    prefix: bytes = b""
    holes: tuple[int, ...] = ()
    jumps: tuple[int, ...] = ()
    cut: bool = False
    announced: int = 0
    lost_s: float = 0.0
    continues: bool = False
    form: str = ""

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.prefix) + sum(end - start for start, end in self.ranges)


@dataclass(frozen=True, slots=True)
class Anatomy:
    """What a file is made of.

    Attributes:
        parts: at least one, in order.
        faults: what of the file is in none of them, or known to be missing, one sentence part each.
        indexless: it cannot be read, since the index that is written last is missing.
    """

    parts: tuple[Part, ...]
    faults: tuple[str, ...] = ()
    indexless: bool = False


class Source(Protocol):
    """Bytes that can be searched."""

    def read(self, size: int = -1, /) -> bytes: ...
    def seek(self, offset: int, whence: int = 0, /) -> int: ...


class TooFineError(AudioError):
    """A file is made of more pieces than any recorder makes: its order is not walked to the end."""


class Bytes:
    """The bytes of a file, at any place; a few are read at a time, and kept for the next question."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.size = source.seek(0, io.SEEK_END)
        self._from = 0
        self._block = b""
        self._left = max(MOST_LOOKS, self.size // BYTES_A_LOOK)

    def at(self, place: int, count: int) -> bytes:
        """Bytes from a place on; fewer where the file ends.

        Raises:
            TooFineError: it was asked for too many pieces.
        """
        self._left -= 1
        if self._left < 0:
            raise TooFineError("It is made of more pieces than any recorder makes: give another recording.")
        start = place - self._from
        if start < 0 or start + count > len(self._block):
            self._source.seek(place)
            self._block = self._source.read(max(BLOCK, count))
            self._from, start = place, 0
        return self._block[start : start + count]

    def end(self) -> int:
        """Where the file ends without the zeros that fill it up; where it ends, if these are too many for that."""
        last = self.at(max(0, self.size - PADDING), PADDING).rstrip(b"\0")
        return max(0, self.size - PADDING) + len(last) if last else self.size

    def padding(self, place: int) -> bool:
        """Whether nothing but a few zeros follows from a place on."""
        return place >= self.end()

    def find(self, pattern: re.Pattern[bytes], place: int, end: int | None = None) -> int | None:
        """Where a pattern, of no more than 64 bytes, is found first from a place on."""
        for match in self.find_all(pattern, place, end):
            return match.start
        return None

    def find_all(self, pattern: re.Pattern[bytes], place: int, end: int | None = None) -> Iterator[Found]:
        """All places at which a pattern, of no more than 64 bytes, is found."""
        stop = self.size if end is None else min(end, self.size)
        while place < stop:
            block = self.at(place, min(BLOCK, stop - place))
            done = place + len(block)
            for match in pattern.finditer(block):
                if done < stop and match.start() > len(block) - 64:
                    done = place + match.start()  # it may be longer than what has been read of it
                    break
                yield Found(place + match.start(), match[0])
            place = done if done >= stop or done - place <= 64 else max(place + 1, done - 63)


@dataclass(frozen=True, slots=True)
class Found:
    """Where a pattern was found, and what."""

    start: int
    found: bytes


class PartFile(io.RawIOBase):
    """The bytes of a part, as a file."""

    def __init__(self, source: Source, part: Part) -> None:
        self._source = source
        self._pieces: list[tuple[int, int, int]] = []  # where in the part, where in the file, how many
        at = len(part.prefix)
        self._size = part.size
        for start, end in part.ranges:
            self._pieces.append((at, start, end - start))
            at += end - start
        self._prefix = part.prefix
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError("before the beginning")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1, /) -> bytes:
        wanted = self._size - self._at if size < 0 else size
        if self._at < len(self._prefix):
            taken = self._prefix[self._at : self._at + wanted]
        else:
            taken = b""
            for at, start, count in self._pieces:
                if at <= self._at < at + count:
                    self._source.seek(start + self._at - at)
                    taken = self._source.read(min(wanted, at + count - self._at))
                    break
        self._at += len(taken)
        return taken


def is_tag(head: bytes) -> bool:
    """Whether a tag begins so, as stands after the sound: no part of it."""
    return head[:3] in (b"ID3", b"TAG") or head[:8] == b"APETAGEX"
