"""What is wanted of the memory, in English and Vietnamese, with accents and without; and what is for the agents."""

from __future__ import annotations

import time

import pytest

from emads_voice.agents.remembering import Wish, wish_of


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("What did we decide about the data centre?", "data centre"),
        ("Remind me what we decided about Kubernetes last week", "Kubernetes"),
        ("Last time we talked about the data centre, what was the decision?", "data centre"),
        ("chúng ta đã quyết định gì về trung tâm dữ liệu?", "trung tâm dữ liệu"),
        ("chung ta da quyet dinh gi ve kho Binh Duong", "kho Binh Duong"),
        ("Vụ kho Bình Dương chốt chưa?", "kho Bình Dương"),
    ],
)
def test_a_question_about_a_decision_has_its_subject_in_the_callers_words(text: str, about: str) -> None:
    wish = wish_of(text)
    assert wish
    assert (wish.does, wish.sure) == ("recall", True)
    assert wish.about.endswith(about)


@pytest.mark.parametrize(
    "text",
    [
        "Did the data centre thing go through?",
        "Have they signed off on the office in Da Nang?",
        "Chuyện thuê văn phòng ở Đà Nẵng đến đâu rồi?",
        "Dự án robot kho đã được phê duyệt chưa ạ?",
    ],
)
def test_what_may_be_an_agents_is_one_about_a_decision_only_perhaps(text: str) -> None:
    wish = wish_of(text)
    assert wish
    assert (wish.does, wish.sure) == ("recall", False)


@pytest.mark.parametrize(
    "text",
    ["Is my decision 4711 approved?", "Reference four seven one one, please?", "quyết định bốn bảy một một"],
)
def test_a_reference_is_read_as_digits_or_words(text: str) -> None:
    wish = wish_of(text)
    assert wish
    assert wish.reference == "4711"


@pytest.mark.parametrize(
    "text",
    [
        "What should we decide about the data centre?",
        "Who decides about purchases above ten thousand dollars?",
        "If we decided to move, what would it cost?",
        "What did you say?",
        "How do I get my leave approved?",
        "Remember to call me",
        "forget it",
        "Ai quyết định việc mua sắm?",
        "Nên quyết định thế nào về kho?",
        "tôi quên mật khẩu rồi",
        "quên đi",
        "",
    ],
)
def test_what_is_for_the_agents_wants_nothing_of_the_memory(text: str) -> None:
    assert wish_of(text) is None


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("Remember that I prefer mornings.", Wish("keep", "I prefer mornings")),
        ("Can you remember that I like short answers?", Wish("keep", "I like short answers")),
        ("nhớ giúp tôi là tôi thích buổi sáng", Wish("keep", "tôi thích buổi sáng")),
        ("What do you know about me?", Wish("tell")),
        ("Bạn biết gì về tôi?", Wish("tell")),
        ("Forget that I prefer mornings", Wish("forget", "I prefer mornings")),
        ("quên việc tôi thích buổi sáng đi", Wish("forget", "tôi thích buổi sáng đi")),
        ("Forget everything you know about me.", Wish("forget", everything=True)),
        ("Quên tôi đi", Wish("forget", everything=True)),
    ],
)
def test_what_is_kept_told_and_forgotten(text: str, wish: Wish) -> None:
    assert wish_of(text) == wish


def test_a_long_utterance_is_read_in_no_time() -> None:
    began = time.perf_counter()
    for text in ("the decision on " * 14, "da quyet dinh " * 19 + "chua", "what we did we have " * 11):
        wish_of(text)
    assert time.perf_counter() - began < 0.5
