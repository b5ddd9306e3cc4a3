"""Ogg: pages with a number each (RFC 3533). Several files may be chained in one; the last page of each says that it is
the last."""

from __future__ import annotations

import re

from .parts import Anatomy, Bytes, Part

_PAGE = re.compile(rb"OggS\x00[\x00-\x07]")
_HEAD = 27
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
        links.page(at, head[5], head[14:18], int.from_bytes(head[18:22], "little"))
        if end > data.size:
            links.cut()
        at = end
    return Anatomy(links.parts(data.size))


class _Links:
    """The links so far."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._holes: list[list[int]] = []
        self._ended: list[bool] = []
        self._numbers: dict[bytes, int] = {}
        self._begun = False  # pages have come that are no first ones
        self._hole = False

    def damaged(self) -> None:
        self._hole = True

    def cut(self) -> None:
        self._ended[-1] = False

    def page(self, at: int, flags: int, stream: bytes, number: int) -> None:
        if not self._starts or (flags & _FIRST and self._begun):
            self._starts.append(at if self._starts else 0)
            self._holes.append([])
            self._ended.append(False)
            self._numbers, self._begun = {}, False
        self._begun = self._begun or not flags & _FIRST
        expected = self._numbers.get(stream, number - 1) + 1
        if self._hole or number != expected:
            self._holes[-1].append(at - self._starts[-1])
        self._hole = False
        self._numbers[stream] = number
        self._ended[-1] = self._ended[-1] or bool(flags & _LAST)

    def parts(self, size: int) -> tuple[Part, ...]:
        ends = [*self._starts[1:], size]
        links = zip(
            self._starts or [0], ends or [size], self._holes or [[]], self._ended or [True], strict=False
        )
        return tuple(
            Part(((start, end),), jumps=tuple(holes), cut=not ended) for start, end, holes, ended in links
        )
