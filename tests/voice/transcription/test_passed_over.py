"""Speech without words is found, by the times of words or by how little text there is."""

import pytest

from emads_voice.voice.activity.vad import Span
from emads_voice.voice.recognizer import Segment
from emads_voice.voice.transcription.passed_over import HEARD_AGAIN_S, outside, passed_over, sparse
from emads_voice.voice.transcription.pieces import Piece


def piece(*speech: tuple[float, float]) -> Piece:
    spans = tuple(Span(*span) for span in speech)
    whole = Span(spans[0].start_s, spans[-1].end_s)
    return Piece(whole, spans, Span(whole.start_s - 0.35, whole.end_s + 0.35))


def words(*starts: float, last_s: float = 0.3) -> list[Segment]:
    return [Segment("word", start, start + last_s) for start in starts]


def test_speech_in_which_no_word_lies_is_passed_over() -> None:
    spoken = piece((10, 12), (13.5, 20), (21, 22))
    assert passed_over(spoken, "word " * 3, words(10.2, 11.0, 21.5)) == (Span(13.5, 20),)
    assert passed_over(spoken, "", ()) == spoken.speech


def test_the_end_of_a_long_stretch_is_passed_over() -> None:
    ((start, end),) = passed_over(piece((0, 9)), "word " * 4, words(0.2, 0.8, 1.4, 2.0))
    assert start == pytest.approx(2.6)
    assert end == 9


def test_speech_in_which_words_lie_everywhere_is_not() -> None:
    assert passed_over(piece((0, 3), (4, 6)), "word " * 5, words(0.2, 1.4, 2.5, 4.1, 5.2)) == ()


def test_a_word_that_lasts_too_long_covers_no_more_than_it_may() -> None:
    spoken = piece((10, 12), (13.5, 20))
    long = [Segment("word", 10.1, 10.6), Segment("word", 10.9, 20)]
    assert passed_over(spoken, "word word", long) == (Span(13.5, 20),)


def test_what_is_passed_over_before_the_first_word_lengthens_it() -> None:
    spoken = piece((0, 0.9), (2.4, 5.8))
    assert passed_over(spoken, "8 of spades", [Segment("8", 0, 2.66), *words(2.7, 3.4, 4.1, 4.8, 5.3)]) == (
        Span(0, 0.9),
    )


def test_a_cough_is_too_short_to_be_told_of_and_worth_another_try() -> None:
    spoken = piece((0, 2), (3, 3.7))
    said = words(0.2, 0.9, 1.6)
    assert passed_over(spoken, "word " * 3, said) == ()
    assert passed_over(spoken, "word " * 3, said, least_s=HEARD_AGAIN_S) == (Span(3, 3.7),)


def test_without_times_little_text_is_told_by_how_little_it_is() -> None:
    spoken = piece((0, 2), (4, 14))
    assert passed_over(spoken, "What is the weather like?") == (Span(8.5, 14),)
    assert passed_over(spoken, "What is the weather like in Hanoi, and how much rain will there be?") == ()
    assert passed_over(piece((0, 3)), "Yes.") == ()


@pytest.mark.parametrize(
    "text", ["天气怎么样？我想知道明天下不下雨。", "그는 이리저리 피하면서 길 한 옆으로 걸어갔다"]
)
def test_a_syllable_that_is_one_character_counts_as_three(text: str) -> None:
    assert passed_over(piece((0, 9)), text) == ()


def test_speech_without_its_gaps() -> None:
    assert outside([Span(0, 4), Span(5, 9)], [Span(3, 4), Span(5, 9)]) == [Span(0, 3)]
    assert outside([Span(0, 4)], [Span(0, 4)]) == [Span(0, 4)]


def spoken_words(text: str, start_s: float, end_s: float) -> list[Segment]:
    """The words of a text, one after the other, without a pause."""
    parts = text.split()
    step = (end_s - start_s) / len(parts)
    return [
        Segment(f" {word}", start_s + at * step, start_s + (at + 1) * step) for at, word in enumerate(parts)
    ]


FAST = "If anything should try to break in here I can hear it from up there"
SLOW = "and so it begins"


def test_words_that_are_too_few_for_their_time_are_worth_another_try() -> None:
    spoken = piece((0, 11))
    stretched = [*spoken_words(FAST, 0, 4), *spoken_words(SLOW, 4, 8), *spoken_words(FAST, 8, 11)]
    assert passed_over(spoken, f"{FAST} {SLOW} {FAST}", stretched) == ()
    assert sparse(spoken, f"{FAST} {SLOW} {FAST}", stretched)
    whole = [*spoken_words(FAST, 0, 4), *spoken_words(FAST, 4, 8), *spoken_words(FAST, 8, 11)]
    assert not sparse(spoken, f"{FAST} {FAST} {FAST}", whole)


def test_pauses_make_no_words_too_few_and_digits_are_long() -> None:
    apart = piece((0, 3), (9, 12))
    said = [*spoken_words(FAST, 0, 3), *spoken_words(FAST, 9, 12)]
    assert not sparse(apart, f"{FAST} {FAST}", said)
    assert not sparse(piece((0, 5.4)), "10001 90210 01803", spoken_words("10001 90210 01803", 0, 5.4))
    assert not sparse(piece((0, 2.5)), "Yes", spoken_words("Yes", 0, 2.5))


def test_words_that_are_too_few_are_told_without_times_too() -> None:
    assert sparse(piece((0, 25)), FAST * 3)
    assert not sparse(piece((0, 25)), FAST * 5)


@pytest.mark.parametrize(
    "text", ["그는 이리저리 피하면서 길 한 옆으로 걸어갔다", "欢迎大家来体验达摩院推出的语音识别模型"]
)
def test_syllables_count_as_the_letters_they_have(text: str) -> None:
    assert not sparse(piece((0, 4.5)), text)
