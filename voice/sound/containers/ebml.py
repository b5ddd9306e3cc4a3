"""Matroska and WebM: elements in elements (RFC 8794, RFC 9559), each of which says how long it is."""

from __future__ import annotations

import re

from .parts import Anatomy, Bytes, Part

HEADER = b"\x1a\x45\xdf\xa3"
_SEGMENT, _CLUSTER = b"\x18\x53\x80\x67", b"\x1f\x43\xb6\x75"
_OTHERS = frozenset(
    {
        b"\x11\x4d\x9b\x74", b"\x15\x49\xa9\x66", b"\x16\x54\xae\x6b", b"\x1c\x53\xbb\x6b",
        b"\x10\x43\xa7\x70", b"\x19\x41\xa4\x69", b"\x12\x54\xc3\x67",
    }
)  # fmt: skip
"""SeekHead, Info, Tracks, Cues, Chapters, Attachments and Tags."""
_IN_CLUSTER = frozenset({b"\xe7", b"\xa3", b"\xa0", b"\xa7", b"\xab", b"\xaf", b"\x58\x54"})
_ANYWHERE = frozenset({b"\xec", b"\xbf"})  # Void, CRC-32
_RESUMES = re.compile(b"|".join(re.escape(name) for name in (HEADER, _CLUSTER, *sorted(_OTHERS))))
_BIGGEST = 64  # bytes of a header with its document's type


def anatomy(data: Bytes) -> Anatomy:
    """The files one after the other, and where in each something cannot be read."""
    starts, holes, cut = [0], [list[int]()], [False]
    at, end, in_cluster, hole = 0, data.size, False, False
    while at < data.size:
        name, size, body = _element(data, at)
        known = name in _OTHERS or name in _ANYWHERE or name in (HEADER, _SEGMENT, _CLUSTER)
        if in_cluster and name in _IN_CLUSTER:
            known = size is not None and body + size <= end
        elif name in _IN_CLUSTER or (name in _OTHERS and size is None):
            known = False
        if not known and data.padding(at):
            break
        if not known:
            if in_cluster and name in _IN_CLUSTER and size is not None and body + size > data.size >= end:
                cut[-1] = True  # the last block
                break
            found = data.find(_RESUMES, at + 1)
            hole = True
            if found is None:
                if data.size - at > _BIGGEST:
                    cut[-1] = True
                break
            at, in_cluster, end = found, False, data.size
            continue
        if name == HEADER and at:
            starts.append(at)
            holes.append([])
            cut.append(False)
            hole = False
        if hole and name in (_CLUSTER, *_OTHERS):
            holes[-1].append(at - starts[-1])
            hole = False
        if size is not None and body + size > data.size:
            cut[-1] = True
        if name == _SEGMENT:
            at, in_cluster, end = body, False, data.size
        elif name == _CLUSTER:
            at, in_cluster, end = body, True, data.size if size is None else body + size
        else:
            in_cluster = in_cluster and name not in _OTHERS and name != HEADER
            at = body + (size or 0)
        if in_cluster and at >= end:
            in_cluster, end = False, data.size
    ends = [*starts[1:], data.size]
    return Anatomy(
        tuple(
            Part(((start, end),), holes=tuple(places), cut=broken)
            for start, end, places, broken in zip(starts, ends, holes, cut, strict=True)
        )
    )


def _element(data: Bytes, at: int) -> tuple[bytes, int | None, int]:
    """The name of the element at a place, its size (None if that is not known), and where its content begins."""
    head = data.at(at, 12)
    width = _width(head[:1])
    if not width or width > 4:
        return b"", None, at
    name, rest = head[:width], head[width:]
    length = _width(rest[:1])
    if not length or len(rest) < length:
        return b"", None, at
    value = int.from_bytes(rest[:length], "big") & ((1 << 7 * length) - 1)
    unknown = value == (1 << 7 * length) - 1
    return name, None if unknown else value, at + width + length


def _width(first: bytes) -> int:
    """The bytes that a variable number has, by its first; 0 if it is none."""
    return 9 - first[0].bit_length() if first and first[0] else 0
