"""Words set in lines, and their width."""

import pytest

from emads_voice.voice.recognizer import Segment
from emads_voice.voice.transcription.subtitle_lines import lines
from emads_voice.writing import columns


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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", 0),
        ("Bình Dương", 10),
        ("cà phê", 6),
        ("你好", 4),
        ("한국", 4),
        ("ที่", 1),
        ("❤️", 2),
        ("a\u200bb\n", 2),
    ],
)
def test_a_text_is_as_wide_as_it_is_shown(text: str, shown: int) -> None:
    assert columns(text) == shown
