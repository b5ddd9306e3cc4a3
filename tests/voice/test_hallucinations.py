"""What models invent is left out; what people repeat is not."""

import time

import pytest
from hypothesis import given
from hypothesis.strategies import characters, integers, text

from emads_voice.voice.hallucinations import echoes, plausible, without_loops

HOTWORDS = "EMADS, Kubernetes, Nguyễn Văn An, kho hàng Bình Dương"


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
    "said",
    [
        "EMADS, Kubernetes, Nguyễn Văn An, kho hàng Bình Dương",
        "emads kubernetes nguyễn văn an",
        "Kubernetes, Nguyễn Văn An, kho hàng Bình Dương.",
    ],
)
def test_a_list_of_the_hotwords_is_an_echo(said: str) -> None:
    assert echoes(said, HOTWORDS)
    assert plausible(said, context=HOTWORDS, speech_s=9) == ""


@pytest.mark.parametrize(
    ("said", "context"),
    [
        ("Kubernetes", HOTWORDS),
        ("Kho hàng Bình Dương.", HOTWORDS),
        ("Kubernetes hay EMADS?", HOTWORDS),
        ("Nguyễn Văn An ở kho hàng Bình Dương", HOTWORDS),
        ("Is EMADS on Kubernetes?", HOTWORDS),
        ("CTO", "CTO, COO"),
        ("Ask the CTO and the COO.", "CTO, COO"),
        ("Công ty Cổ phần Đầu tư Xanh", "Công ty Cổ phần Đầu tư Xanh"),
        ("Yes.", ""),
    ],
)
def test_who_says_a_hotword_is_heard(said: str, context: str) -> None:
    assert not echoes(said, context)
    assert plausible(said, context=context, speech_s=3) == said


def test_a_context_in_sentences_is_echoed_too() -> None:
    context = "The caller asks about the warehouse in Hanoi and its new shift plan."
    assert echoes(context, context)
    assert echoes("about the warehouse in Hanoi and its new shift plan", context)
    assert not echoes("The warehouse in Hanoi.", context)


def test_more_words_than_there_was_time_for_are_not_believed() -> None:
    invented = "Thank you for watching, please like and subscribe to my channel."
    assert plausible(invented, context="", speech_s=0.4) == ""
    assert plausible(invented, context="", speech_s=3) == invented
    assert plausible("请不吝点赞订阅转发打赏支持明镜与点点栏目", context="", speech_s=0.5) == ""
    assert plausible("Extraordinarily.", context="", speech_s=0.4) == "Extraordinarily."


@pytest.mark.parametrize("nothing", ["", " ", "…", "♪♪ ♪", "。", "-"])
def test_marks_without_words_are_nothing(nothing: str) -> None:
    assert plausible(nothing, context="", speech_s=9) == ""


def test_spaces_are_put_in_order() -> None:
    assert plausible("  Two\nlines.  ", context="", speech_s=9) == "Two lines."
