"""What a caller wants whose conversation is held on another line."""

import pytest

from emads_voice.channels.conversation.opening.held_elsewhere import Wish, wish


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("A new conversation, please.", Wish.ANEW),
        ("Could you start from scratch?", Wish.ANEW),
        ("Let's just start over", Wish.ANEW),
        ("I don't want to wait.", Wish.ANEW),
        ("No, begin another one.", Wish.ANEW),
        ("Dạ, cho em bắt đầu lại từ đầu ạ.", Wish.ANEW),
        ("cuoc moi di", Wish.ANEW),
        ("Em không muốn chờ.", Wish.ANEW),
        ("Neues Gespräch, bitte.", Wish.ANEW),
        ("重新开始", Wish.ANEW),
        ("I want to talk to a human being.", Wish.PERSON),
        ("Cho tôi gặp nhân viên.", Wish.PERSON),
        ("Call me back.", Wish.PERSON),
        ("Goodbye.", Wish.LEAVE),
        ("I'll hold.", Wish.WAIT),
        ("One moment.", Wish.WAIT),
        ("Em chờ ạ.", Wish.WAIT),
        ("Do not begin a new one.", Wish.WAIT),
        ("When does the shop open?", None),
        ("How long do I have to wait?", None),
        ("Is it over?", None),
        ("Mấy giờ cửa hàng mở cửa?", None),
    ],
)
def test_what_they_want(text: str, wanted: Wish | None) -> None:
    assert wish(text, asked=False) is wanted


def test_yes_and_no_answer_the_question_that_was_heard() -> None:
    assert [wish(text, asked=True) for text in ("Yes.", "Vâng.", "No.", "Không.")] == [
        *(Wish.ANEW, Wish.ANEW),
        *(Wish.WAIT, Wish.WAIT),
    ]
    assert wish("Yes.", asked=False) is None
