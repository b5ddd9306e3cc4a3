"""What is said in passing: to others in the room, by those who are back, about another conversation."""

from __future__ import annotations

import pytest

from emads_voice.agents.dialogue import asks_instead, mentions, pleads, returns


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("I'm back.", True),
        ("Okay, I've found it now.", True),
        ("Em ơi.", True),
        ("Thank you for waiting, here I am.", None),
        ("Okay.", False),
        ("Hello?", False),
        ("Today.", None),
        ("um", None),
        ("When will it arrive?", None),
    ],
)
def test_who_is_back(text: str, back: bool | None) -> None:
    assert returns(text) is back


def test_words_with_accents_or_without_are_found_anywhere() -> None:
    assert mentions("Dạ, mẹ ơi, cái thẻ ở đâu?", "to others")
    assert mentions("da, me oi, cai the o dau", "to others")
    assert not mentions("Mẹ tôi muốn đổi địa chỉ.", "to others")
    assert mentions("Well, let's just start all over", "anew")
    assert not mentions("", "anew")


def test_a_please_is_heard_though_it_says_nothing() -> None:
    assert pleads("The card, please.")
    assert not pleads("The card.")


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("fine then, what about trains", True),
        ("Never mind. How much is the ticket to Huế?", True),
        ("No, when do you open?", True),
        ("OK then, can you check my balance", True),
        ("thôi được rồi, cho bác hỏi giá vé", True),
        ("thoi khoi, may gio mo cua", True),
        ("No, tell Bob I called.", False),
        ("Never mind the noise, tell him I need it when it is ready.", False),
        ("I want to know how much it costs.", False),
        ("Không cần gọi lại, bảo anh Nam mấy giờ họp là được", False),
    ],
)
def test_an_offer_is_set_aside_for_a_question(text: str, asks: bool) -> None:
    assert asks_instead(text) is asks
