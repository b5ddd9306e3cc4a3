"""What answers a call of ours before the person does."""

from __future__ import annotations

import time

import pytest

from emads_voice.channels.conversation.opening.screening import Answers, what_answers

MACHINE = [
    "You have reached Nam Tran. Please leave a message after the tone.",
    "Hi, leave your name, number and reason for calling after the beep.",
    "The person you have called can't come to the phone right now.",
    "Your call has been forwarded to an automatic voice mail system.",
    "I can't take your call, so leave me a message.",
    "If you would like to leave a message, press one.",
    "At the tone, please record your message.",
    "I am away from my phone and will get back to you.",
    "Tôi hiện không thể nghe máy, vui lòng gọi lại sau.",
    "Tôi không có ở đây, hãy để lại lời nhắn.",
    "Quý khách vui lòng để lại lời nhắn sau tiếng bíp.",
    "vui long de lai loi nhan sau tieng bip",
    "Thuê bao quý khách vừa gọi tạm thời không liên lạc được.",
    "Bitte hinterlassen Sie eine Nachricht nach dem Ton.",
    "Laissez un message après le bip.",
    "请在提示音后留言。",
]
ASKS = [
    "Hi, if you record your name and reason for calling, I will see if this person is available.",
    "Please state your name and why you're calling.",
    "Hello, who is this?",
    "Who’s calling, please?",
    "And what is this about?",
    "May I ask what you are calling about, what's the reason for the call?",
    "A lô, ai đấy ạ?",
    "Xin cho biết tên và lý do gọi.",
    "xin cho biet ten va ly do goi",
    "Chị gọi có việc gì không?",
    "Wer ist da?",
    "¿De parte de quién?",
    "您是哪位？",
    "どちら様ですか？",
]
HOLD = [
    "Thanks, please stay on the line.",
    "One moment, please.",
    "Hold on, I'll get him.",
    "Anh giữ máy nhé.",
    "Chờ một chút, để em gọi anh ấy.",
    "Un momento, por favor.",
    "请稍等。",
]
OTHER = [
    "Hello?",
    "Yes, speaking.",
    "Yes, that is right, when can I collect it?",
    "No, I have not ordered anything.",
    "Dạ vâng, tôi nghe.",
    "Khi nào thì có hàng?",
    "I will call you back.",
    "",
    "…",
]


@pytest.mark.parametrize(
    ("said", "answers"),
    [
        *((said, Answers.MACHINE) for said in MACHINE),
        *((said, Answers.ASKS) for said in ASKS),
        *((said, Answers.HOLD) for said in HOLD),
        *((said, None) for said in OTHER),
    ],
)
def test_what_answers_is_told_by_what_it_says(said: str, answers: Answers | None) -> None:
    assert what_answers(said) is answers


def test_a_long_utterance_costs_no_more_than_its_length() -> None:
    began = time.process_time()
    what_answers("after the tone please " * 20_000)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "said",
    [
        "Can I leave a message for your boss?",
        "I would like to leave a message for your boss.",
        "Would you like to leave a message?",
        "I can take a message.",
        "Tôi muốn để lại lời nhắn cho sếp của bạn.",
        "Kann ich Ihrem Chef eine Nachricht hinterlassen?",
    ],
)
def test_who_talks_of_a_message_of_theirs_is_a_person(said: str) -> None:
    assert what_answers(said) is not Answers.MACHINE
