"""Cutting recordings at pauses, joining their texts, and setting words in lines."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats, lists, text

from emads_voice.voice.audio import Audio
from emads_voice.voice.pieces import cut, join_texts, lines
from emads_voice.voice.recognizer import Segment
from emads_voice.voice.vad import Span

MINUTE = Audio(np.ones(60 * 1000, np.float32), 1000)


def test_neighbours_are_heard_together_up_to_the_limit() -> None:
    spans = [Span(0, 4), Span(5, 9), Span(9.5, 12), Span(12.5, 13)]
    assert cut(MINUTE, spans, limit_s=10) == [Span(0, 9), Span(9.5, 13)]


def test_a_long_pause_ends_a_piece() -> None:
    assert cut(MINUTE, [Span(0, 1), Span(6, 7)], limit_s=28, pause_s=3) == [Span(0, 1), Span(6, 7)]


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


@pytest.mark.parametrize(
    ("one", "two", "joined"),
    [
        ("Where is it?", "In Huế.", "Where is it? In Huế."),
        ("그는 갔다.", "그리고", "그는 갔다. 그리고"),
        ("你好。", "再见。", "你好。再见。"),
        ("我们用", "的系统", "我们用的系统"),
        ("行きました", "とても", "行きましたとても"),
        ("สวัสดี", "ครับ", "สวัสดีครับ"),
        ("你好。", "Hello.", "你好。Hello."),
        ("Hello.", "你好。", "Hello. 你好。"),
        ("他说", "Kubernetes", "他说 Kubernetes"),
        ("", "one", "one"),
    ],
)
def test_texts_are_joined_as_their_scripts_are_written(one: str, two: str, joined: str) -> None:
    assert join_texts([one, "", two, ""]) == joined


@given(lists(text(min_size=1)))
def test_joining_adds_nothing_but_single_spaces(texts: list[str]) -> None:
    rest = join_texts(texts)
    for number, each in enumerate(texts):
        if number and not rest.startswith(each):
            assert rest[0] == " "
            rest = rest[1:]
        assert rest.startswith(each)
        rest = rest[len(each) :]
    assert rest == ""


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


def words(text: str) -> list[Segment]:
    return [Segment(f" {word}", i, i + 0.9) for i, word in enumerate(text.split())]


def test_a_line_ends_with_its_sentence() -> None:
    assert lines(words("It works. Does it?")) == [Segment("It works.", 0, 1.9), Segment("Does it?", 2, 3.9)]


def test_a_long_line_is_broken_at_a_comma_or_when_full() -> None:
    text = "the plan that all of us have agreed on yesterday, as everybody knows by now and " + "on " * 30
    made = [line.text for line in lines(words(text))]
    assert made[0].endswith("yesterday,")
    assert all(len(line) <= 84 for line in made)
    assert " ".join(made) == " ".join(text.split())


def test_a_pause_breaks_a_line() -> None:
    assert [x.text for x in lines([Segment(" so", 0, 1), Segment(" then", 2.5, 3)])] == ["so", "then"]


def test_chinese_lines_are_half_as_many_characters() -> None:
    assert [len(line.text) for line in lines([Segment("字", i, i + 1) for i in range(60)])] == [42, 18]


def test_no_words_make_no_lines() -> None:
    assert lines([]) == lines([Segment(" ", 0, 1)]) == []
