"""What is said in passing: to others in the room, by those who are back, about another conversation."""

from __future__ import annotations

import pytest

from emads_voice.agents.dialogue import mentions, pleads, returns


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
