"""Cutting recordings at pauses."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats, lists

from emads_voice.voice.activity.vad import Span
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.transcription.pieces import Piece, cut, together

MINUTE = Audio(np.ones(60 * 1000, np.float32), 1000)


def test_neighbours_are_heard_together_up_to_the_limit() -> None:
    spans = [Span(0, 4), Span(5, 9), Span(9.5, 12), Span(12.5, 13)]
    assert cut(MINUTE, spans, limit_s=10) == [Span(0, 9), Span(9.5, 13)]


def test_a_long_pause_ends_a_piece() -> None:
    assert cut(MINUTE, [Span(0, 1), Span(6, 7)], limit_s=28) == [Span(0, 1), Span(6, 7)]


def test_a_span_beyond_the_limit_is_cut_where_it_is_quiet() -> None:
    samples = np.ones(60 * 1000, np.float32)
    samples[9_000:9_200] = 0
    (first, *rest) = cut(Audio(samples, 1000), [Span(0, 25)], limit_s=10)
    assert first.start_s == 0
    assert first.end_s == pytest.approx(9.1, abs=0.1)
    assert rest[-1].end_s == 25
    pieces = [first, *rest]
    assert all(a.end_s == b.start_s for a, b in itertools.pairwise(pieces))
    assert all(end - start <= 10 for start, end in pieces)


def test_no_speech_gives_no_pieces() -> None:
    assert cut(MINUTE, [], limit_s=28) == []


SPANS = lists(floats(0, 60), min_size=2, max_size=12, unique=True).map(
    lambda times: [Span(*pair) for pair in list(itertools.pairwise(sorted(times)))[::2]]
)


@given(SPANS, floats(1, 70))
def test_pieces_hold_all_speech_in_order_and_within_the_limit(spans: list[Span], limit_s: float) -> None:
    pieces = cut(MINUTE, spans, limit_s=limit_s)
    assert all(start < end <= start + limit_s + 1e-9 for start, end in pieces)
    assert all(one.end_s <= other.start_s for one, other in itertools.pairwise(pieces))
    overlaps = (min(p.end_s, s.end_s) - max(p.start_s, s.start_s) for p in pieces for s in spans)
    held = sum(overlap for overlap in overlaps if overlap > 0)
    assert held == pytest.approx(sum(end - start for start, end in spans))


def piece(*speech: tuple[float, float]) -> Piece:
    spans = tuple(Span(*span) for span in speech)
    whole = Span(spans[0].start_s, spans[-1].end_s)
    return Piece(whole, spans, Span(whole.start_s - 0.35, whole.end_s + 0.35))


def test_a_piece_is_halved_in_its_longest_pause() -> None:
    halves = piece((10, 12), (12.4, 13), (15, 20)).halves(MINUTE)
    assert halves
    first, second = halves
    assert [part.speech for part in halves] == [(Span(10, 12), Span(12.4, 13)), (Span(15, 20),)]
    assert first.sound.end_s <= second.sound.start_s
    assert (first.sound.start_s, second.sound.end_s) == (9.65, 20.35)
    assert first.halves(MINUTE)
    assert piece((10, 12)).halves(MINUTE) is None


def test_a_long_piece_without_pauses_is_halved_where_it_is_quiet() -> None:
    samples = np.ones(60 * 1000, np.float32)
    samples[14_000:14_200] = 0
    halves = piece((10, 20)).halves(Audio(samples, 1000))
    assert halves
    assert halves[0].span.end_s == halves[1].span.start_s == pytest.approx(14.1, abs=0.1)


def test_a_piece_is_cut_into_units_at_pauses_and_where_it_is_quiet() -> None:
    samples = np.ones(30_000, np.float32)
    samples[17_200:17_400] = 0
    spoken = piece((10, 12), (12.4, 13), (15, 20))
    units = spoken.units(Audio(samples, 1000), 2.5)
    assert [unit.span for unit in units[:2]] == [Span(10, 12), Span(12.4, 13)]
    assert [len(unit.speech) for unit in units] == [1] * 4
    assert units[2].span.end_s == units[3].span.start_s == pytest.approx(17.3, abs=0.06)
    assert units[2].sound.end_s == units[3].sound.start_s == units[3].span.start_s
    assert together(units).speech == spoken.speech
