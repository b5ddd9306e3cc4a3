"""WAV, AIFF, CAF, W64, AU: files that say how long they are. What follows is another file, or is told of."""

from __future__ import annotations

import re

from .parts import Anatomy, Bytes, Part, is_tag

_FILE = re.compile(rb"RIFF....WAVE|RIFF....AVI\x20|RIFX....WAVE|RF64....WAVE|FORM....AIF[FC]|caff\x00\x01|"
                   rb"riff\x2e\x91\xcf\x11|\.snd|fLaC\x00|OggS\x00\x02|\x1a\x45\xdf\xa3", re.DOTALL)  # fmt: skip
_LEAST = 256
"""Bytes after the end of a file that are worth a word: tags are put there, and padding."""
_MISSING = 0.02
"""How much of a file may be missing before that is told of."""
_UNKNOWN = 0x7FFF_0000
"""Recorders that write to a pipe cannot know a size; they put the largest number, signed or not."""


def anatomy(data: Bytes) -> Anatomy:
    """The files one after the other."""
    parts: list[Part] = []
    faults: list[str] = []
    start = 0
    while True:
        size = _size(data, start)
        end = start + size if size else data.size
        if end > data.size and data.size - start < size * (1 - _MISSING):
            parts.append(Part(((start, data.size),), cut=True, announced=size))
            break
        following = end if _FILE.match(data.at(end, 16)) else end + 1  # chunks are padded to even lengths
        if data.at(start + 8, 4) == b"AVI ":
            end = following = _avi_end(data, end)
        if end < data.size and _FILE.match(data.at(following, 16)):
            parts.append(Part(((start, end),)))
            start = following
            continue
        parts.append(Part(((start, data.size),)))
        rest = data.size - end
        if rest > _LEAST and data.at(end, min(rest, 1 << 16)).strip(b"\0") and not is_tag(data.at(end, 8)):
            faults.append(f"{rest:,} bytes after the end that it announces are not read")
        break
    return Anatomy(tuple(parts), tuple(faults))


def _avi_end(data: Bytes, end: int) -> int:
    """Where a long AVI ends, which has its sound in several chunks of their own."""
    while data.at(end, 4) == b"RIFF" and data.at(end + 8, 4) == b"AVIX":
        end += 8 + int.from_bytes(data.at(end + 4, 4), "little")
    return end


def _size(data: Bytes, at: int) -> int:
    """How many bytes the file that begins at a place says it has; 0 where it does not say."""
    head = data.at(at, 40)
    match head[:4]:
        case b"RIFF" | b"FORM" | b"RIFX":
            size = int.from_bytes(head[4:8], "little" if head[:4] == b"RIFF" else "big")
            return 0 if size >= _UNKNOWN else size + 8
        case b"RF64" if head[12:16] == b"ds64":
            size = int.from_bytes(head[20:28], "little")
            return size + 8 if size < 1 << 62 else 0
        case b"riff":
            size = int.from_bytes(head[16:24], "little")
            return size if size < 1 << 62 else 0
        case b".snd":
            offset, size = int.from_bytes(head[4:8], "big"), int.from_bytes(head[8:12], "big")
            return 0 if size >= _UNKNOWN else offset + size
        case b"caff":
            return _caf_size(data, at)
    return 0


def _caf_size(data: Bytes, start: int) -> int:
    at = start + 8
    while at + 12 <= data.size:
        kind = data.at(at, 12)
        size = int.from_bytes(kind[4:], "big")
        if not kind[:4].strip().isalnum() or kind[:4] == b"caff":
            break
        if size >= 1 << 62:
            return 0
        at += 12 + size
    return at - start
