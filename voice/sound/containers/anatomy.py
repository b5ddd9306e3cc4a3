"""What a recording's file is made of, whatever its format."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice

from . import boxes, chunks, ebml, flv, frames, ogg
from .parts import Anatomy, Bytes, Part, Source, TooFineError

_HEAD = 65_536
_TS_PACKET = 188  # MPEG-TS: each of its packets begins with "G"
_FLAC = re.compile(rb"fLaC[\x00\x80]\x00\x00\x22", re.DOTALL)
_TTA = re.compile(rb"TTA1\x01\x00")
_TAG = re.compile(rb"ID3[\x02-\x04]")

MOST_PARTS = 500
"""Each is opened by itself, which takes a millisecond or two."""
MOST_MARKS = 100
"""So many files of a format that does not say how long they are; before each a tag is searched for."""
_LONGEST_TAG = 1 << 22
MOST_TIMES = 4
"""All parts together have no more than so many times the bytes of the file."""


def anatomy(source: Source) -> Anatomy:
    """What a file is made of; as one part, where its format is none that is walked here."""
    data = Bytes(source)
    whole = Anatomy((Part(((0, data.size),)),))
    try:
        found = _anatomy(data) or whole
    except TooFineError:
        return whole
    if sum(end - start for part in found.parts for start, end in part.ranges) > MOST_TIMES * data.size:
        return whole
    if len(found.parts) > MOST_PARTS:
        more = f"it is made of {len(found.parts):,} parts, of which the first {MOST_PARTS} are read"
        return replace(found, parts=found.parts[:MOST_PARTS], faults=(*found.faults, more))
    return found


def _anatomy(data: Bytes) -> Anatomy | None:
    head = data.at(0, _HEAD)
    if head[:4] == b"OggS":
        return ogg.anatomy(data)
    if head[:4] == ebml.HEADER:
        return ebml.anatomy(data)
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
        return boxes.anatomy(data)
    if all(head[place : place + 1] == b"G" for place in range(0, 5 * _TS_PACKET, _TS_PACKET)):
        end = data.end()  # packets of zeros are none
        end += -end % _TS_PACKET
        return Anatomy((Part(((0, min(end, data.size)),), cut=end > data.size),))
    if head[:4] in (b"RIFF", b"RIFX", b"RF64", b"FORM", b"caff", b"riff", b".snd"):
        return chunks.anatomy(data)
    if flv.FILE.match(head):
        return flv.anatomy(data)
    for marker in (_FLAC, _TTA):
        if marker.match(head, _after_tag(head)):
            return _marked(data, marker)
    return _framed(data, head)


def _framed(data: Bytes, head: bytes) -> Anatomy | None:
    for kind in (frames.AMR, frames.AMR_WB):
        if head.startswith(kind.prefix):
            return frames.anatomy(data, kind)
    start = _after_tag(head)
    first = data.at(start, 32)
    for kind in (frames.AAC, frames.MP3, frames.AC3, frames.WAVPACK):
        if (kind.frame(first) or head[:3] == b"ID3") and (found := frames.anatomy(data, kind)):
            return found
    return None


def _marked(data: Bytes, marker: re.Pattern[bytes]) -> Anatomy:
    """Files that begin with a mark, which stands nowhere else; a tag before it belongs to it."""
    first = _after_tag(data.at(0, 10))
    marks = [found.start for found in islice(data.find_all(marker, first + 1), MOST_MARKS + 1)]
    if len(marks) > MOST_MARKS:
        raise TooFineError(f"It is made of more than {MOST_MARKS} files: give one of them.")
    starts = [0]
    for mark in marks:
        before = data.find_all(_TAG, max(starts[-1] + 1, mark - _LONGEST_TAG), mark)
        tags = (tag.start for tag in before if tag.start + _after_tag(data.at(tag.start, 10)) == mark)
        starts.append(next(tags, mark))
    ends = [*starts[1:], data.size]
    return Anatomy(tuple(Part(((start, end),)) for start, end in zip(starts, ends, strict=True)))


def _after_tag(head: bytes) -> int:
    """Where the ID3 tag at the beginning of some bytes ends; 0 without one."""
    if not _TAG.match(head) or max(head[6:10], default=128) > 127:
        return 0
    return 10 + sum(byte << 7 * (3 - place) for place, byte in enumerate(head[6:10]))
