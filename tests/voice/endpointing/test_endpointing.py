"""How long a silence ends what was said, on what people say."""

import pytest

from emads_voice.voice.endpointing import (
    Dictation,
    FirstOpinion,
    Said,
    SilenceTimeout,
    Wording,
    default_endpointing,
)
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, find_language

WHOLE, HANGING, DICTATED, UNSURE = 0.45, 1.6, 1.8, 0.7

ENGLISH_SAID = {
    "Yes.": WHOLE,
    "No!": WHOLE,
    "How are you?": WHOLE,
    "What is it for?": WHOLE,
    "Where are you from?": WHOLE,
    "I would like to know the cost.": WHOLE,
    "Thank you very much.": WHOLE,
    "It costs 20.": WHOLE,
    "It works very well.": WHOLE,
    "I would like to": HANGING,
    "I would like to.": HANGING,
    "We need the servers and.": HANGING,
    "Because of the": HANGING,
    "Can you tell me about": HANGING,
    "So I": HANGING,
    "Well": HANGING,
    "The first one,": HANGING,
    "I was thinking...": HANGING,
    "Um": HANGING,
    "Thank you.": UNSURE,
    "I cannot log in.": UNSURE,
    "tell me the price": UNSURE,
    "My number is 0 9 1.": DICTATED,
    "0912 345": DICTATED,
    "It is nine one two": DICTATED,
    "double five oh": DICTATED,
    "two": DICTATED,  # to no question
    "My reason is": HANGING,
    "I do not know what it is": UNSURE,
}
VIETNAMESE_SAID = {
    "Vâng.": WHOLE,
    "Máy chủ thế nào?": WHOLE,
    "Khi nào hàng đến?": WHOLE,
    "Cảm ơn anh.": WHOLE,
    "Anh gọi lại cho tôi.": WHOLE,
    "Chào chị.": WHOLE,
    "Tôi muốn biết chi phí.": WHOLE,
    "Rất tốt!": WHOLE,
    "Tôi muốn": HANGING,
    "Tôi muốn.": HANGING,
    "Nếu": HANGING,
    "chi phí của": HANGING,
    "bởi vì": HANGING,
    "vì tôi": HANGING,
    "Tôi": HANGING,
    "chúng ta sẽ": HANGING,
    "cái thứ nhất,": HANGING,
    "Tôi định...": HANGING,
    "khoan đã": UNSURE,
    "Được.": UNSURE,
    "cho tôi hỏi giá": UNSURE,
    "số của tôi là không chín một": DICTATED,
    "0912": DICTATED,
    "ba bốn năm sáu": DICTATED,
    "được không": UNSURE,
}


@pytest.mark.parametrize(("text", "silence_s"), ENGLISH_SAID.items())
def test_english(text: str, silence_s: float) -> None:
    assert default_endpointing().silence_s(Said(text, ENGLISH, 1.0)) == silence_s


@pytest.mark.parametrize(("text", "silence_s"), VIETNAMESE_SAID.items())
def test_vietnamese(text: str, silence_s: float) -> None:
    assert default_endpointing().silence_s(Said(text, VIETNAMESE, 1.0)) == silence_s


@pytest.mark.parametrize(
    ("text", "silence_s"),
    {"服务器怎么样？": WHOLE, "我想知道。": WHOLE, "我想，": HANGING, "1 2 3": DICTATED}.items(),
)
def test_other_languages_are_known_by_their_marks(text: str, silence_s: float) -> None:
    assert default_endpointing().silence_s(Said(text, find_language("zh"), 1.0)) == silence_s


def test_an_arabic_question_is_whole() -> None:
    assert default_endpointing().silence_s(Said("كيف حال الخوادم؟", find_language("ar"), 1.0)) == WHOLE


def test_what_is_not_known_yet_waits_for_the_timeout() -> None:
    assert default_endpointing().silence_s(Said(None, None, 1.0)) == UNSURE
    assert default_endpointing().silence_s(Said("", None, 1.0)) == UNSURE


def test_a_quicker_timeout_is_never_outlasted_by_a_whole_sentence() -> None:
    assert default_endpointing(0.2).silence_s(Said("Yes.", ENGLISH, 1.0)) == 0.2


def test_the_first_opinion_decides() -> None:
    asked = FirstOpinion([Dictation(2.0), Wording(hanging_s=3.0), SilenceTimeout(1.0)])
    assert asked.silence_s(Said("1 2 3 and", ENGLISH, 1.0)) == 3.0
    assert asked.silence_s(Said("1 2 3", ENGLISH, 1.0)) == 2.0
    assert asked.silence_s(Said("so be it", ENGLISH, 1.0)) == 1.0
    assert FirstOpinion([Dictation()]).silence_s(Said("so be it", ENGLISH, 1.0)) is None


@pytest.mark.parametrize(
    ("finished", "speech_s", "silence_s"),
    [(None, 2.0, WHOLE), (0.05, 2.0, 1.0), (0.5, 2.0, WHOLE), (0.99, 2.0, WHOLE), (0.05, 0.6, WHOLE)],
)
def test_what_sounds_unfinished_gets_more_time_unless_it_is_a_short_answer(
    finished: float | None, speech_s: float, silence_s: float
) -> None:
    said = Said("We move the servers.", ENGLISH, speech_s, finished)
    assert default_endpointing().silence_s(said) == silence_s


def test_what_hangs_hangs_however_it_sounds() -> None:
    assert default_endpointing().silence_s(Said("I would like to", ENGLISH, 2.0, 0.99)) == HANGING
