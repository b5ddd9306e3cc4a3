"""MP4 and MOV: boxes (ISO/IEC 14496-12), each of which says how long it is. A fragmented file, as browsers and streams
write, has its index in pieces; another has it once, often last."""

from __future__ import annotations

import re

from .parts import Anatomy, Bytes, Part

_RESUMES = re.compile(rb"moof|ftyp|moov")
_INDEX = re.compile(rb"....moov....mvhd", re.DOTALL)
_LONGEST_HEAD = 1 << 20
_NUMBER = re.compile(rb"mfhd\x00...", re.DOTALL)
_TYPE = re.compile(rb"[\xa9A-Za-z0-9][A-Za-z0-9 _-]{3}")
_MOOF_HEAD = 64


def anatomy(data: Bytes) -> Anatomy:
    """The files one after the other; of one in fragments, each run of them that is whole."""
    made = _Parts()
    at = 0
    while at < data.size:
        kind, end = _box(data, at)
        if not kind and data.padding(at):
            break
        if not kind:
            found = data.find(_RESUMES, at + 8)
            if found is None or not made.index:
                made.damaged = True
                break
            at = found - 4
            made.resumes(at)
            continue
        if kind == b"ftyp" and made.media:
            made.next(at)
        elif kind == b"moov":
            content = data.at(at, min(end - at, 1 << 26))
            made.index = (made.start, end) if end <= data.size else None
            made.fragmented = b"mvex" in content
        elif kind == b"moof":
            head = data.at(at, _MOOF_HEAD)
            numbered = _NUMBER.search(head)
            made.fragment(
                at, int.from_bytes(head[numbered.end() : numbered.end() + 4], "big") if numbered else 0
            )
        made.media = made.media or kind in (b"mdat", b"moov", b"moof")
        made.cut = end > data.size
        at = end
    found_as_said = made.anatomy(data.size)
    return (_by_index(data) if found_as_said.indexless else None) or found_as_said


def _by_index(data: Bytes) -> Anatomy | None:
    """A file whose index, written last, does not stand where its sound says it ends: bytes were lost, or added."""
    at, kind = 0, b""
    while kind != b"mdat":
        start = at
        kind, at = _box(data, start)
        if not kind or at <= start or start > _LONGEST_HEAD:
            return None
    index = next((found.start for found in data.find_all(_INDEX, start + 8)), None)
    if index is None or (end := _box(data, index)[1]) > data.size:
        return None
    size_at_end = data.at(start, 4) == b"\0\0\0\1"  # in 64 bits, after the kind
    size = index - start
    head = b"\0\0\0\1mdat" + size.to_bytes(8, "big") if size_at_end else size.to_bytes(4, "big") + b"mdat"
    off = abs(at - index)
    what = "are missing" if at > index else "too many are there"
    fault = f"{off:,} bytes {what} in the middle of it, and what comes after that is wrong"
    part = Part(((start + len(head), end),), prefix=data.at(0, start) + head)
    return Anatomy((part,), (fault,))


def _box(data: Bytes, at: int) -> tuple[bytes, int]:
    """What kind of box stands at a place, and where it ends; b"" for none."""
    head = data.at(at, 16)
    size, kind = int.from_bytes(head[:4], "big"), head[4:8]
    if len(head) < 8 or not _TYPE.fullmatch(kind):
        return b"", at
    if size == 0:
        return kind, data.size
    if size == 1:
        size = int.from_bytes(head[8:16], "big")
    return (kind, at + size) if size >= 8 else (b"", at)


class _Parts:
    """The files so far."""

    def __init__(self) -> None:
        self.start = 0
        self.index: tuple[int, int] | None = None
        self.fragmented = self.media = self.cut = self.damaged = False
        self._parts: list[Part] = []
        self._continued: int | None = None  # where a run of fragments began, after damage
        self._jumps: list[int] = []
        self._number = 0
        self._indexless = False

    def fragment(self, at: int, number: int) -> None:
        if self._number and number > self._number + 1 and self._continued is None:
            self._jumps.append(at - self.start)
        self._number = number

    def resumes(self, at: int) -> None:
        """The file goes on here, after damage."""
        if self.fragmented:
            self._close(at)
            self._continued, self._jumps = at, []
        self._number = 0

    def next(self, at: int) -> None:
        self._close(at)
        self.start, self.index, self._continued, self._jumps, self._number = at, None, None, [], 0
        self.fragmented = self.media = self.cut = self.damaged = False

    def _close(self, end: int) -> None:
        if self.index is None:
            self._indexless = True
        jumps, cut = tuple(self._jumps), self.cut or self.damaged
        if self._continued is None:
            self._parts.append(Part(((self.start, end),), jumps=jumps, cut=cut))
        elif self.index:
            ranges = (self.index, (self._continued, end))
            self._parts.append(Part(ranges, cut=cut, continues=True))

    def anatomy(self, size: int) -> Anatomy:
        self._close(size)
        return Anatomy(tuple(self._parts), indexless=self._indexless)
