"""FLV: tags, each of which is followed by its own length once more (Adobe's FLV specification, annex E)."""

from __future__ import annotations

import re

from .parts import Anatomy, Bytes, Part

FILE = re.compile(rb"FLV\x01[\x01\x04\x05]\x00\x00\x00\x09")
_RESUMES = re.compile(
    rb"[\x08\x09\x12](?=.{7}\x00\x00\x00)|FLV(?=\x01[\x01\x04\x05]\x00\x00\x00\x09)", re.DOTALL
)
_TAG_HEAD, _FILE_HEAD = 11, 13


def anatomy(data: Bytes) -> Anatomy:
    """The files one after the other, and where in each something cannot be read."""
    starts, holes, cut = [0], [list[int]()], [False]
    at = _FILE_HEAD
    while at < data.size:
        if FILE.match(data.at(at, 9)):
            starts.append(at)
            holes.append([])
            cut.append(False)
            at += _FILE_HEAD
            continue
        end = _tag_end(data, at)
        if end is not None:
            at = end
        elif _size(data, at) and at + _size(data, at) > data.size:
            cut[-1] = True
            break
        elif data.padding(at):
            break
        elif (found := _resumes(data, at + 1)) is None:
            cut[-1] = True
            break
        else:
            at = found
            holes[-1].append(at - starts[-1])
    ends = [*starts[1:], data.size]
    files = zip(starts, ends, holes, cut, strict=True)
    return Anatomy(
        tuple(Part(((start, end),), holes=tuple(places), cut=off) for start, end, places, off in files)
    )


def _size(data: Bytes, at: int) -> int:
    """How long the tag at a place says it is, with the length after it; 0 if there is none."""
    head = data.at(at, _TAG_HEAD)
    if not head or head[0] not in (8, 9, 18) or any(head[8:11]):
        return 0
    return _TAG_HEAD + int.from_bytes(head[1:4], "big") + 4


def _tag_end(data: Bytes, at: int) -> int | None:
    """Where the tag at a place ends, if it is one and all of it is there."""
    size = _size(data, at)
    if not size or at + size > data.size:
        return None
    said = int.from_bytes(data.at(at + size - 4, 4), "big")
    return at + size if said in (size - 4, 0) else None


def _resumes(data: Bytes, at: int) -> int | None:
    """Where another file begins, or a tag that another follows, or the end."""
    for found in data.find_all(_RESUMES, at):
        if found.found == b"FLV":
            return found.start
        end = _tag_end(data, found.start)
        if end is not None and (end == data.size or _tag_end(data, end) is not None):
            return found.start
    return None
