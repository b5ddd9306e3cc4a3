"""G.711, the telephone's 8 kHz, 8-bit companding (ITU-T G.711), by table: µ-law, and the A-law of Europe's networks.

Decoding is a look-up of 256 values. Encoding looks up the 65,536 possible 16-bit samples, in a table built
once from the recommendation's rule: bias, find the segment, keep four bits of it.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

RATE = 8_000
"""Samples (and bytes) per second."""

SILENCE = 0xFF
"""The byte for a sample of 0."""

_BIAS = 132  # G.711's 33, on the 16-bit scale (14-bit samples shifted left by 2)
_CLIP = 32_635


def encode(samples: NDArray[np.float32]) -> bytes:
    """µ-law bytes of float32 samples, shape ``(n,)``, at 8 kHz; beyond [-1, 1] they are clipped."""
    pcm = np.clip(np.rint(samples * 32768), -32768, 32767).astype(np.int16)
    return _encoding()[pcm.view(np.uint16)].tobytes()


def decode(data: bytes) -> NDArray[np.float32]:
    """Float32 samples in [-1, 1], shape ``(n,)``, of µ-law bytes."""
    samples: NDArray[np.float32] = _decoding()[np.frombuffer(data, np.uint8)]
    return samples


def encode_alaw(samples: NDArray[np.float32]) -> bytes:
    """A-law bytes of float32 samples, shape ``(n,)``, at 8 kHz; beyond [-1, 1] they are clipped."""
    pcm = np.clip(np.rint(samples * 32768), -32768, 32767).astype(np.int16)
    return _alaw_encoding()[pcm.view(np.uint16)].tobytes()


def decode_alaw(data: bytes) -> NDArray[np.float32]:
    """Float32 samples in [-1, 1], shape ``(n,)``, of A-law bytes."""
    samples: NDArray[np.float32] = _alaw_decoding()[np.frombuffer(data, np.uint8)]
    return samples


@cache
def _encoding() -> NDArray[np.uint8]:
    pcm = np.arange(65_536, dtype=np.uint16).view(np.int16).astype(np.int32)
    magnitude = np.minimum(np.where(pcm < 0, ~pcm, pcm), _CLIP) + _BIAS  # ones' complement, as G.191 does
    segment = np.frexp(magnitude)[1] - 8  # the highest bit of a biased magnitude is bit 7 … 14
    mantissa = (magnitude >> (segment + 3)) & 0x0F
    sign = np.where(pcm < 0, 0x80, 0)
    codes: NDArray[np.uint8] = (~(sign | segment << 4 | mantissa) & 0xFF).astype(np.uint8)
    return codes


@cache
def _decoding() -> NDArray[np.float32]:
    code = ~np.arange(256) & 0xFF
    magnitude = ((((code & 0x0F) << 3) + _BIAS) << (code >> 4 & 0x07)) - _BIAS
    return (np.where(code & 0x80, -magnitude, magnitude) / 32768).astype(np.float32)


@cache
def _alaw_encoding() -> NDArray[np.uint8]:
    pcm = np.arange(65_536, dtype=np.uint16).view(np.int16).astype(np.int32)
    magnitude = np.where(pcm < 0, ~pcm, pcm) >> 4  # 12 bits
    segment = np.maximum(np.frexp(magnitude)[1] - 4, 0)  # the lowest two have steps of the same size
    mantissa = (magnitude >> np.maximum(segment - 1, 0)) & 0x0F
    sign = np.where(pcm < 0, 0, 0x80)
    codes: NDArray[np.uint8] = ((sign | segment << 4 | mantissa) ^ 0x55).astype(np.uint8)
    return codes


@cache
def _alaw_decoding() -> NDArray[np.float32]:
    code = np.arange(256) ^ 0x55
    segment, mantissa = code >> 4 & 0x07, code & 0x0F
    magnitude = np.where(
        segment == 0, (mantissa << 4) + 8, ((mantissa << 4) + 0x108) << np.maximum(segment - 1, 0)
    )
    return (np.where(code & 0x80, magnitude, -magnitude) / 32768).astype(np.float32)
