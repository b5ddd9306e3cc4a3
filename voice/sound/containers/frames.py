"""MP3, AAC (ADTS), AC-3, AMR and WavPack: frames one after the other, without a table of them or times.

What is lost of them shortens the recording, and FFmpeg does not tell: so the runs of whole frames are parts of their
own, with a silence between them that lasts as long as what is lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from .parts import Anatomy, Bytes, Part

CHAINED = 4
"""So many frames must follow one another where a run begins: a single head of few bits may be chance."""

MOSTLY = 0.5
"""The least share of a file that its frames make up; with less it is something else, and left to FFmpeg."""


class Frame(NamedTuple):
    """The head of a frame.

    Attributes:
        size: of all of it, in bytes.
        length_s: of its sound.
        kind: what all frames of a run have in common.
        first: it says that it is the first of a file.
    """

    size: int
    length_s: float
    kind: tuple[int, ...]
    first: bool = False


class Kind(NamedTuple):
    """A format of frames.

    Attributes:
        head: the bytes of a frame's head.
        frame: the frame that a head begins; None if it is none.
        sync: how a frame begins.
        prefix: what stands before the first frame.
        form: FFmpeg's name.
        chained: so many frames must follow one another where a run begins.
        timed: its frames say when they are: what is lost needs no estimate.
    """

    head: int
    frame: Callable[[bytes], Frame | None]
    sync: re.Pattern[bytes]
    prefix: bytes
    form: str
    chained: int = CHAINED
    timed: bool = False


@dataclass(slots=True)
class _Run:
    start: int
    end: int
    length_s: float
    cut: bool = False
    begins: bool = False  # a file of its own
    announced_s: float = 0.0  # by the first frame, of the whole file
    skipped: int = 0  # bytes before it that are neither frames nor tags


def anatomy(data: Bytes, kind: Kind) -> Anatomy | None:
    """The runs of whole frames in a file; None if it does not consist of any."""
    runs = list(_runs(data, kind))
    whole = sum(run.end - run.start for run in runs)
    if whole < MOSTLY * (whole + sum(run.skipped for run in runs)) or not whole:
        return None
    files: list[list[_Run]] = []
    for run in runs:
        if run.begins or not files:
            files.append([])
        files[-1].append(run)
    return Anatomy(tuple(part for file in files for part in _parts(kind, file)))


def _parts(kind: Kind, runs: list[_Run]) -> Iterator[Part]:
    """The parts of one file: its runs, with what is lost between them."""
    rate = sum(run.length_s for run in runs) / sum(run.end - run.start for run in runs)
    lost = [run.skipped * rate for run in runs[1:]]
    missing = runs[0].announced_s - sum(run.length_s for run in runs)
    if lost and missing > sum(lost) > 0:  # bytes are gone, too
        lost = [each * missing / sum(lost) for each in lost]
    elif lost and missing > 0 == sum(lost):
        lost = [missing / len(lost)] * len(lost)
    for number, run in enumerate(runs):
        part = Part(((run.start, run.end),), prefix=kind.prefix, cut=run.cut, form=kind.form)
        gap_s = 0.0 if kind.timed or not number else max(lost[number - 1], 0.001)
        yield replace(part, lost_s=gap_s, continues=True) if number else part


def _runs(data: Bytes, kind: Kind) -> Iterator[_Run]:
    at, begins, lost = 0, True, 0
    while at < data.size:
        at, begun = _tags(data, at, kind)
        begins = begins or begun
        if _chained(data, at, kind) < kind.chained:
            resumed = _resumes(data, at + 1, kind)
            at, lost = resumed, lost + resumed - at
            continue
        run = _run(data, at, kind)
        if run.end == at:
            return
        # Frames of another kind, with nothing between, are another file's.
        run.begins, run.skipped = begins or not lost, lost
        yield run
        at, begins, lost = run.end, False, 0
        if run.cut:
            return


def _run(data: Bytes, start: int, kind: Kind) -> _Run:
    run = _Run(start, start, 0.0)
    common: tuple[int, ...] = ()
    while frame := kind.frame(data.at(run.end, kind.head)):
        common = common or frame.kind
        if frame.kind != common:
            break
        if run.end > start and (frame.first or (kind is MP3 and _announced_s(data, run.end, frame))):
            break  # another file's
        if run.end + frame.size > data.size:
            run.cut = True
            break
        if run.end == start and kind is MP3:
            run.announced_s = _announced_s(data, start, frame)
        run.end += frame.size
        run.length_s += frame.length_s
    return run


def _chained(data: Bytes, at: int, kind: Kind) -> int:
    """How many frames follow one another from a place on, no more than a run needs; so many too where the file ends."""
    for count in range(kind.chained):
        frame = kind.frame(data.at(at, kind.head))
        if frame is None:
            return kind.chained if count and at >= data.size else count
        at += frame.size
    return kind.chained


def _resumes(data: Bytes, at: int, kind: Kind) -> int:
    """Where frames, or a tag before them, begin again."""
    for found in data.find_all(kind.sync, at):
        if _tags(data, found.start, kind)[1] or _chained(data, found.start, kind) >= kind.chained:
            return found.start
    return data.size


def _tags(data: Bytes, at: int, kind: Kind) -> tuple[int, bool]:
    """Where the tags that stand at a place end, and whether they begin another file."""
    begun = False
    while True:
        head = data.at(at, 16)
        if kind.prefix and head.startswith(kind.prefix):
            at, begun = at + len(kind.prefix), True
        elif head[:3] == b"ID3" and max(head[6:10], default=128) < 128:
            size = sum(byte << 7 * (3 - place) for place, byte in enumerate(head[6:10]))
            at, begun = at + 10 + size, True
        elif head[:3] == b"TAG" and not kind.prefix:
            at += 128
        elif head[:8] == b"APETAGEX":
            at += 32 + int.from_bytes(head[12:16], "little")
        else:
            return at, begun


_MP3_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_MP3_KBITS = {
    (1, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}  # by version 1 or 2 (and 2.5), and layer


def _mp3(head: bytes) -> Frame | None:
    """ISO/IEC 11172-3, 2.4.1.3. A frame of free bit rate does not say how long it is."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3)
    bits, speed, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version == 1 or layer == 4 or bits in (0, 15) or speed == 3:
        return None
    rate = _MP3_RATES[version][speed]
    first = version == 3
    bit_rate = _MP3_KBITS[1 if first else 2, layer][bits] * 1000
    if layer == 1:
        samples, size = 384, (12 * bit_rate // rate + padding) * 4
    else:
        samples = 1152 if first or layer == 2 else 576
        size = samples // 8 * bit_rate // rate + padding
    return Frame(size, samples / rate, (version, layer, rate))


def _announced_s(data: Bytes, at: int, frame: Frame) -> float:
    """The length that the first frame of an MP3 announces; 0 if it does not."""
    first = data.at(at, min(frame.size, 60))
    found = re.search(rb"\0(?:Xing|Info)\0\0\0[\x01\x03\x05\x07\x09\x0b\x0d\x0f]", first)
    if not found:
        return 0.0
    return int.from_bytes(first[found.end() : found.end() + 4], "big") * frame.length_s


_AAC_RATES = (
    96_000,
    88_200,
    64_000,
    48_000,
    44_100,
    32_000,
    24_000,
    22_050,
    16_000,
    12_000,
    11_025,
    8_000,
    7_350,
)


def _aac(head: bytes) -> Frame | None:
    """ISO/IEC 13818-7, 6.2."""
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
        return None
    speed = head[2] >> 2 & 15
    size = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    if speed >= len(_AAC_RATES) or size < 8:
        return None
    return Frame(size, 1024 * ((head[6] & 3) + 1) / _AAC_RATES[speed], (head[2] >> 6, speed))


_AMR_SIZES = (13, 14, 16, 18, 20, 21, 27, 32, 6, -1, -1, -1, -1, -1, -1, 1)
_AMR_WB_SIZES = (18, 24, 33, 37, 41, 47, 51, 59, 61, 6, -1, -1, -1, -1, 1, 1)


def _amr(sizes: tuple[int, ...]) -> Callable[[bytes], Frame | None]:
    """RFC 4867, 5.3."""

    def frame(head: bytes) -> Frame | None:
        if (
            not head or head[0] & 0x83 or not head[0] & 4
        ):  # padding is zero; what is marked as damaged counts as that
            return None
        size = sizes[head[0] >> 3]
        return Frame(size, 0.02, ()) if size > 0 else None

    return frame


_AC3_KBITS = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640)
_AC3_RATES = (48_000, 44_100, 32_000)


def _ac3(head: bytes) -> Frame | None:
    """AC-3 and Enhanced AC-3: ETSI TS 102 366, 4.3.1 and E.1.2."""
    if len(head) < 6 or head[:2] != b"\x0b\x77":
        return None
    speed, version = head[4] >> 6, head[5] >> 3
    if version <= 10:
        code = head[4] & 63
        if speed == 3 or code >= 2 * len(_AC3_KBITS):
            return None
        rate, kbits = _AC3_RATES[speed], _AC3_KBITS[code // 2]
        words = 96_000 * kbits // rate + (code & 1 if speed == 1 else 0)
        return Frame(2 * words, 1536 / (rate >> max(0, version - 8)), (0, speed))
    if version > 16 or head[2] >> 6 == 3:
        return None
    size = 2 * ((head[2] & 7) << 8 | head[3]) + 2
    if speed == 3:
        rate, blocks = _AC3_RATES[min(2, head[4] >> 4 & 3)] // 2, 6
    else:
        rate, blocks = _AC3_RATES[speed], (1, 2, 3, 6)[head[4] >> 4 & 3]
    independent = head[2] >> 6 != 1  # others add channels
    return Frame(size, 256 * blocks / rate if independent else 0.0, (1, speed)) if size > 8 else None


_WAVPACK_RATES = (
    6_000, 8_000, 9_600, 11_025, 12_000, 16_000, 22_050, 24_000,
    32_000, 44_100, 48_000, 64_000, 88_200, 96_000, 192_000, 0,
)  # fmt: skip
"""The last is another, which is told elsewhere: the times of blocks are FFmpeg's to tell."""


def _wavpack(head: bytes) -> Frame | None:
    """WavPack 4 and 5 Binary File Format, 2.0."""
    if len(head) < 32 or head[:4] != b"wvpk" or head[9] != 4:
        return None
    size, place, samples, flags = (int.from_bytes(head[at : at + 4], "little") for at in (4, 16, 20, 24))
    if not 24 <= size < 1 << 22:
        return None
    rate = _WAVPACK_RATES[flags >> 23 & 15] or 44_100
    begins = flags >> 11 & 1  # more channels are in blocks of their own
    return Frame(size + 8, samples / rate if begins else 0.0, (), bool(begins and samples and not place))


MP3 = Kind(4, _mp3, re.compile(rb"\xff[\xe2-\xff]|ID3[\x02-\x04]"), b"", "mp3")
AAC = Kind(7, _aac, re.compile(rb"\xff[\xf0\xf1\xf8\xf9]|ID3[\x02-\x04]"), b"", "aac")
AMR = Kind(
    1, _amr(_AMR_SIZES), re.compile(rb"[\x04\x0c\x14\x1c\x24\x2c\x34\x3c\x44]|#!AMR\n"), b"#!AMR\n", "amr"
)
AMR_WB = Kind(
    1, _amr(_AMR_WB_SIZES), re.compile(rb"[\x04\x0c\x14\x1c\x24\x2c\x34\x3c\x44\x4c]|#!AMR-WB\n"), b"#!AMR-WB\n", "amr"
)  # fmt: skip
AC3 = Kind(6, _ac3, re.compile(rb"\x0b\x77"), b"", "")
WAVPACK = Kind(32, _wavpack, re.compile(rb"wvpk"), b"", "wv", chained=1, timed=True)
