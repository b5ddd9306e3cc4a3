"""How many inputs an ONNX graph has, without loading it: a gigabyte of weights is stepped over, not read.

ONNX is protobuf (onnx.proto3): ModelProto holds GraphProto as field 7, and that its inputs as field 11. Protobuf's
wire format puts a tag, number and kind, before every field and the length before whatever may be long.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path

from emads_voice.error_text import reason_of
from emads_voice.voice.errors import WeightsError

_GRAPH, _INPUT = 7, 11
_VARINT, _FIXED64, _LONG, _FIXED32 = 0, 1, 2, 5


def count_inputs(path: Path) -> int:
    """How many inputs a graph has.

    Raises:
        WeightsError: the file is no ONNX file, or is cut off.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            graphs = [span for number, span in _fields(data, 0, len(data)) if number == _GRAPH]
            (graph,) = graphs
            return sum(number == _INPUT for number, _ in _fields(data, *graph))
    except (ValueError, IndexError):
        raise WeightsError(f"{path} is not an ONNX file, or is cut off: fetch it again.") from None
    except OSError as error:
        raise WeightsError(f"{path} cannot be read: {reason_of(error)}; let this user read it.") from None


def _fields(data: mmap.mmap, start: int, end: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """Number and place of the long fields of a message."""
    while start < end:
        tag, start = _varint(data, start)
        number, kind = tag >> 3, tag & 7
        if kind == _VARINT:
            _, start = _varint(data, start)
        elif kind == _LONG:
            length, start = _varint(data, start)
            if start + length > end:
                raise ValueError
            yield number, (start, start + length)
            start += length
        elif kind in (_FIXED64, _FIXED32):
            start += 8 if kind == _FIXED64 else 4
        else:
            raise ValueError


def _varint(data: mmap.mmap, start: int) -> tuple[int, int]:
    """A number in groups of seven bits, the lowest first, and where the next field begins."""
    value = shift = 0
    while (byte := data[start]) & 0x80:
        value |= (byte & 0x7F) << shift
        shift, start = shift + 7, start + 1
        if shift > 63:
            raise ValueError
    return value | byte << shift, start + 1
