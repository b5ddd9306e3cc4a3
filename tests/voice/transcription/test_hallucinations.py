"""What models invent is left out; what people repeat is not."""

import time

import pytest
from hypothesis import given
from hypothesis.strategies import characters, integers, text

from emads_voice.voice.recognizer import Segment
from emads_voice.voice.transcription.hallucinations import plausible, without_loops, without_repeat


@pytest.mark.parametrize(
    "said",
    [
        "No, no, no.",
        "Yeah, yeah, yeah, yeah, yeah. I see.",
        "Không, không, không được đâu.",
        "very very very very good",
        "one zero zero zero zero zero zero zero zero zero zero zero",
        "1 000 000 000 000",
        "哈哈哈哈哈哈哈哈",
        "What do you think? What do you think? What do you think? Well, what do you think?",
        "x" * 12,
    ],
)
def test_what_people_repeat_stays(said: str) -> None:
    assert without_loops(said) == said


@pytest.mark.parametrize(
    ("looped", "said"),
    [
        ("I think so. " + "yeah, " * 100 + "ye", "I think so. yeah,"),
        (
            "And then we " + "went to the warehouse and " * 9 + "went to",
            "And then we went to the warehouse and",
        ),
        ("Start. " + "We agree on that plan. " * 6 + "End.", "Start. We agree on that plan. End."),
        ("开始" + "好的，" * 40 + "好", "开始好的，"),
        ("đúng rồi " + "cảm ơn quý khách " * 30, "đúng rồi cảm ơn quý khách"),
        ("Hmm " + "a" * 400 + " and " + "b" * 400, "Hmm a and b"),
        ("Thank you. " * 50, ""),
        ("嗯" * 200, ""),
    ],
)
def test_a_loop_is_said_once_and_nothing_but_a_loop_is_nothing(looped: str, said: str) -> None:
    assert without_loops(looped) == said


@given(text(characters(categories=["L", "Z", "P"]), max_size=80), integers(13, 40))
def test_what_is_left_holds_no_loop(said: str, times: int) -> None:
    for looped in (said * times, said + "la la " * times, "da" * times + said):
        once = without_loops(looped)
        assert without_loops(once) == once
        assert len(once) <= len(looped)


def test_three_minutes_of_text_take_no_time() -> None:
    three_minutes = " ".join(f"word{number % 97} and{number % 89}" for number in range(400))
    began = time.perf_counter()
    assert without_loops(three_minutes) == three_minutes
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("What\x00 is\x1b[31m that?", "What is [31m that?"),
        ("Is \u202eit\u2066 right?", "Is it right?"),
        ("Vie\u0302\u0323t Nam", "Vi\u1ec7t Nam"),
        ("\ud800 weather", "\ufffd weather"),
        ("سلام\u200cها", "سلام\u200cها"),  # a joiner that Persian writes
    ],
)
def test_what_nobody_says_and_terminals_obey_is_left_out(answer: str, text: str) -> None:
    assert plausible(answer, hotwords=(), speech_s=5) == text


def test_more_words_than_there_was_time_for_are_not_believed() -> None:
    invented = "Thank you for watching, please like and subscribe to my channel."
    assert plausible(invented, hotwords=(), speech_s=0.4) == ""
    assert plausible(invented, hotwords=(), speech_s=3) == invented
    assert plausible("请不吝点赞订阅转发打赏支持明镜与点点栏目", hotwords=(), speech_s=0.5) == ""
    assert plausible("Extraordinarily.", hotwords=(), speech_s=0.4) == "Extraordinarily."


@pytest.mark.parametrize("nothing", ["", " ", "…", "♪♪ ♪", "。", "-"])
def test_marks_without_words_are_nothing(nothing: str) -> None:
    assert plausible(nothing, hotwords=(), speech_s=9) == ""


def test_spaces_are_put_in_order() -> None:
    assert plausible("  Two\nlines.  ", hotwords=(), speech_s=9) == "Two lines."


def timed(*words: tuple[str, float, float]) -> tuple[Segment, ...]:
    return tuple(Segment(*word) for word in words)


def test_what_is_repeated_when_the_sound_is_over_was_said_once() -> None:
    said = timed(("Later.", 9, 9.5), (" Book", 12, 12.4), (" a", 12.4, 12.5), (" room.", 12.5, 13))
    again = timed((" Book", 13.1, 13.1), (" a", 13.1, 13.1), (" room.", 13.1, 13.1))
    assert without_repeat(said + again) == said
    assert without_repeat(said + again + again) == said


def test_what_is_repeated_in_time_was_said_twice() -> None:
    said = timed((" No.", 1, 1.3), (" No.", 1.4, 1.7))
    assert without_repeat(said) == said


def test_other_words_at_the_end_are_no_repeat() -> None:
    said = timed((" No.", 1, 1.3), (" Yes.", 1.4, 1.4))
    assert without_repeat(said) == said
    assert without_repeat(()) == ()
