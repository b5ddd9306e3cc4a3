"""When words were said: an aligner's times on the text as it is written, and estimates from where there is speech."""

import itertools

import pytest
from hypothesis import given
from hypothesis.strategies import lists, sampled_from, text

from emads_voice.voice.activity.vad import Span
from emads_voice.voice.recognizer import Segment
from emads_voice.voice.transcription.word_times import after_pauses, estimated, fitted, ordered


def aligned(*words: str) -> list[Segment]:
    return [Segment(word, i, i + 1) for i, word in enumerate(words)]


@pytest.mark.parametrize(
    ("words", "written"),
    [
        (["Hello", "world"], ["Hello,", " world!"]),
        (["Its", "well", "known"], ["It's", " well-", "known."]),
        (["he", "said", "no"], ["He", " said:", " “No.”"]),
        (["你", "好", "再", "见"], ["你", "好。", "再", "见！"]),
        (["我", "用", "Kubernetes"], ["我", "用", " Kubernetes。"]),
        (["3", "5", "percent"], ["3.", "5", " percent"]),
    ],
)
def test_words_get_the_marks_and_spaces_of_the_text(words: list[str], written: list[str]) -> None:
    made = fitted(aligned(*words), "".join(written))
    assert [word.text for word in made] == written
    assert [word.start_s for word in made] == list(range(len(words)))


def test_words_that_were_taken_out_of_the_text_are_left_out() -> None:
    looped = aligned("I", "go", "yeah", "yeah", "yeah", "yeah", "home")
    made = fitted(looped, "I go. Yeah, home.")
    assert [(word.text, word.start_s) for word in made] == [
        ("I", 0),
        (" go.", 1),
        (" Yeah,", 2),
        (" home.", 6),
    ]


@pytest.mark.parametrize("words", [[], ["Hello"], ["Hello", "word"], ["", "."]])
def test_words_that_do_not_cover_the_text_are_no_use(words: list[str]) -> None:
    assert fitted(aligned(*words), "Hello, world!") == ()


@given(lists(text(sampled_from("abcé好ắ'"), min_size=1), min_size=1), sampled_from([" ", ", ", ". ", " – "]))
def test_fitted_words_joined_are_the_text(words: list[str], between: str) -> None:
    spoken = between.join(words)
    made = fitted(aligned(*words), spoken)
    whole = spoken if any(map(str.isalnum, spoken)) else ""  # without a letter there is no word
    assert "".join(word.text for word in made) == whole


def test_words_are_put_in_order_within_their_stretch() -> None:
    times = [(-1, 0.5), (0.4, 0.9), (0.8, 0.7), (3, 9)]
    made = ordered([Segment("x", *pair) for pair in times], Span(0, 4))
    assert [(word.start_s, word.end_s) for word in made] == [(0, 0.5), (0.5, 0.9), (0.9, 0.9), (3, 4)]


def test_a_pause_falls_between_sentences() -> None:
    voices = [Span(1, 3), Span(5, 10)]
    words = estimated("It works. But nobody has told us what it will cost, or when.", voices)
    sentence_end = next(word for word in words if word.text == " works.")
    assert (words[0].start_s, sentence_end.end_s, words[-1].end_s) == (1, 3, 10)
    assert next(word for word in words if word.text == " But").start_s == 5


def test_without_marks_a_pause_falls_between_words_by_their_length() -> None:
    words = estimated("một hai ba bốn", [Span(0, 1), Span(2, 3)])
    assert [word.text for word in words] == ["một", " hai", " ba", " bốn"]
    assert words[1].end_s == 1
    assert words[2].start_s == 2


def test_chinese_is_timed_by_the_character() -> None:
    assert [word.text for word in estimated("你好。 OK", [Span(0, 1)])] == ["你", "好。", " OK"]


VOICES = sampled_from(
    [[Span(0, 1)], [Span(0.5, 1), Span(1.2, 4), Span(4, 4.1)], [Span(i, i + 0.5) for i in range(30)]]
)


@given(text(min_size=1).filter(lambda written: written.strip()), VOICES)
def test_estimates_are_in_order_and_where_there_is_speech(written: str, voices: list[Span]) -> None:
    words = estimated(written, voices)
    assert "".join(word.text for word in words) == written.rstrip()
    times = [time for word in words for time in (word.start_s, word.end_s)]
    assert all(one <= other + 1e-9 for one, other in itertools.pairwise(times))
    assert times[0] == pytest.approx(voices[0].start_s)
    assert times[-1] == pytest.approx(voices[-1].end_s)
    for word in words:
        assert any(start - 1e-9 <= word.start_s <= end + 1e-9 for start, end in voices)


def test_a_word_that_begins_in_a_pause_begins_when_somebody_speaks_again() -> None:
    speech = [Span(0, 3), Span(5, 6)]
    attended = [Segment("later.", 2.4, 2.75), Segment("Yes", 2.75, 5.3), Segment("sir.", 5.3, 5.8)]
    assert after_pauses(attended, speech) == [attended[0], Segment("Yes", 5, 5.3), attended[2]]


def test_a_word_that_begins_in_speech_stays_where_it_is() -> None:
    speech = [Span(0, 3), Span(5, 6)]
    attended = [Segment("passed", 1, 5.3), Segment("pause", 5.9, 7)]
    assert after_pauses(attended, speech) == attended
