"""Ogg: pages with a number and a sum each (RFC 3533). Several files may be chained in one.

The last page of each should say that it is the last, but recorders of live streams, and those that were stopped, do not
write it: a file that ends with a whole page is whole.
"""

from __future__ import annotations

import re
import zlib

from .parts import Anatomy, Bytes, Part

_PAGE = re.compile(rb"OggS\x00[\x00-\x07]")
_HEAD = 27
_SUM = slice(22, 26)
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_ALL = 0xFFFF_FFFF
_FIRST, _LAST = 2, 4  # flags of a page


def anatomy(data: Bytes) -> Anatomy:
    """The links of the chain."""
    links = _Links()
    at = 0
    while at < data.size:
        head = data.at(at, _HEAD + 255)
        if not _PAGE.match(head) or len(head) < _HEAD:
            found = data.find(_PAGE, at + 1)
            if found is None:
                break
            links.damaged()
            at = found
            continue
        segments = head[26]
        end = at + _HEAD + segments + sum(head[_HEAD : _HEAD + segments])
        if end <= data.size and not _is_whole(data.at(at, end - at)):
            links.damaged()  # FFmpeg leaves it out
            at = end
            continue
        links.page(at, head[5], head[14:18], int.from_bytes(head[18:22], "little"))
        if end > data.size:
            links.cut()
        at = end
    return Anatomy(links.parts(data.size))


def _is_whole(page: bytes) -> bool:
    """Whether the sum that a page has is right. It is CRC-32 as zlib has it, with the bits of all bytes reversed."""
    summed = (page[: _SUM.start] + bytes(4) + page[_SUM.stop :]).translate(_REVERSED)
    return int.from_bytes(page[_SUM].translate(_REVERSED), "big") == zlib.crc32(summed, _ALL) ^ _ALL


class _Links:
    """The links so far."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._holes: list[list[int]] = []
        self._cut: list[bool] = []
        self._numbers: dict[bytes, int] = {}
        self._begun = False  # pages have come that are no first ones
        self._hole = self._ended = False

    def damaged(self) -> None:
        self._hole = True

    def cut(self) -> None:
        if self._cut:
            self._cut[-1] = True

    def page(self, at: int, flags: int, stream: bytes, number: int) -> None:
        if not self._starts or (flags & _FIRST and self._begun):
            self._starts.append(at if self._starts else 0)
            self._holes.append([])
            self._cut.append(False)
            self._numbers, self._begun = {}, False
        self._begun = self._begun or not flags & _FIRST
        expected = self._numbers.get(stream, number - 1) + 1
        if self._hole or number != expected:
            self._holes[-1].append(at - self._starts[-1])
        self._hole = False
        self._numbers[stream] = number
        self._ended = bool(flags & _LAST)

    def parts(self, size: int) -> tuple[Part, ...]:
        if self._hole and not self._ended:
            self.cut()
        ends = [*self._starts[1:], size]
        links = zip(
            self._starts or [0], ends or [size], self._holes or [[]], self._cut or [False], strict=False
        )
        return tuple(Part(((start, end),), jumps=tuple(holes), cut=cut) for start, end, holes, cut in links)
