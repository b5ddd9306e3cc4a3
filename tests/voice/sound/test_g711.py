"""µ-law and A-law, against the values of ITU-T G.711 tables 1a and 2a and by going there and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emads_voice.voice.sound import g711


@pytest.mark.parametrize(
    ("code", "sample"), [(0x00, -32124), (0x0F, -16764), (0x7F, 0), (0x80, 32124), (0x8F, 16764), (0xFF, 0)]
)
def test_known_values_decode(code: int, sample: int) -> None:
    assert g711.decode(bytes([code]))[0] * 32768 == sample


@pytest.mark.parametrize(
    ("sample", "code"), [(0, 0xFF), (8, 0xFE), (-8, 0x7E), (32767, 0x80), (-32768, 0x00), (1000, 0xCE)]
)
def test_known_values_encode(sample: int, code: int) -> None:
    assert g711.encode(np.array([sample / 32768], np.float32)) == bytes([code])


def test_every_code_survives_going_there_and_back() -> None:
    codes = bytes(range(256))
    again = g711.encode(g711.decode(codes))
    assert [a for a, b in zip(codes, again, strict=True) if a != b] == [0x7F]  # minus zero becomes zero


@given(st.lists(st.floats(-2, 2, width=32), max_size=50))
def test_a_sample_comes_back_within_half_a_step(values: list[float]) -> None:
    samples = np.array(values, np.float32)
    back = g711.decode(g711.encode(samples))
    wanted = np.clip(samples, -32635 / 32768, 32635 / 32768)
    # A step is 1/16 of a magnitude that is biased by 132; half of it, and a rounding to 16 bits.
    assert np.all(np.abs(back - wanted) <= (np.abs(wanted) + 132 / 32768) / 32 + 1.5 / 32768)


def test_silence() -> None:
    assert g711.encode(np.zeros(3, np.float32)) == bytes([g711.SILENCE] * 3)
    assert g711.encode(np.zeros(0, np.float32)) == b""
    assert g711.decode(b"").shape == (0,)


@pytest.mark.parametrize(
    ("code", "sample"),
    [(0xD5, 8), (0x55, -8), (0xAA, 32256), (0x2A, -32256), (0xD4, 24), (0x80, 5504), (0x85, 4224)],
)
def test_known_alaw_values_decode(code: int, sample: int) -> None:
    assert g711.decode_alaw(bytes([code]))[0] * 32768 == sample


def test_every_alaw_code_survives_going_there_and_back() -> None:
    codes = bytes(range(256))
    assert g711.encode_alaw(g711.decode_alaw(codes)) == codes


@given(st.lists(st.floats(-2, 2, width=32), max_size=50))
def test_an_alaw_sample_comes_back_within_half_a_step(values: list[float]) -> None:
    samples = np.array(values, np.float32)
    back = g711.decode_alaw(g711.encode_alaw(samples))
    wanted = np.clip(samples, -32512 / 32768, 32512 / 32768)
    # A step is 1/16 of a magnitude, and 16 at least; half of it, and a rounding to 16 bits.
    assert np.all(np.abs(back - wanted) <= np.maximum(np.abs(wanted) / 32, 8 / 32768) + 1.5 / 32768)
