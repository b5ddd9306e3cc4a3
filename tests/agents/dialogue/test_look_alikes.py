"""What sounds like an act and is a question, or an answer; and acts among other words."""

from __future__ import annotations

import pytest

from emads_voice.agents.dialogue import Act, Dialogue, dialogue_act


def _act(text: str, *, waiting: bool = False) -> Act | None:
    found = Dialogue().act(text, waiting=waiting)
    return found.act if found else None


@pytest.mark.parametrize(
    "text",
    [
        "And where are you?",
        "Where are you?",
        "Where do you stop on the way?",
        "What time do you say goodbye to guests?",
        "How long do I have to wait?",
        "Wo sind Sie?",
        "要等多久？",
        "Para una persona.",
        "상담원 이름이 뭐예요?",
        "เจ้าหน้าที่ชื่ออะไร",
        "Người thật việc thật là chương trình gì?",
        "Một người.",
        "May khoan con hang khong?",
        "Cam on, the con phep nam?",
        "I'm Vietnamese.",
        "It was nice.",
        "Until tomorrow.",
        "I'm busy now.",
        "My wife and my son talk to a person in the office.",
        "And customer service?",
        "and the manager?",
        "và tổng đài?",
        "còn nhân viên hỗ trợ?",
        "tong dai co may nguoi",
        "How many people work in the call centre?",
    ],
)
def test_a_look_alike_is_for_the_agents(text: str) -> None:
    assert Dialogue().act(text) is None


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("When shall I book it?", "Today, thanks."),
        ("Who shall be invited?", "Everyone, thanks."),
        ("When do you need it?", "Immediately, thank you."),
        ("Hôm nào ạ?", "Hôm nay, cảm ơn."),
        ("Anh chị đi mấy người ạ?", "Cho một người."),
    ],
)
def test_an_answer_with_thanks_is_an_answer(asked: str, answer: str) -> None:
    assert Dialogue().act(answer, asked=asked) is None
    assert Dialogue().act("Thank you.", asked=asked) is not None


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("There's a lot of noise here, please speak up.", Act.LOUDER),
        ("I'm an old man, please speak more slowly.", Act.SLOWER),
        ("My kid was screaming, say that again?", Act.REPEAT),
        ("Sorry, there was a truck passing by, could you say that again please?", Act.REPEAT),
        ("My wife doesn't speak English, can you speak Vietnamese?", Act.LANGUAGE),
        ("Just a moment, I'm getting my card.", Act.WAIT),
        ("Bác già rồi, nói chậm thôi cháu.", Act.SLOWER),
        ("Xe chạy qua ồn quá, vừa nói gì vậy?", Act.REPEAT),
        ("Vợ tôi không biết tiếng Anh, nói tiếng Việt được không?", Act.LANGUAGE),
        ("Chờ xíu, tui kiếm cây viết.", Act.WAIT),
        ("Un instant, je cherche mon numéro.", Act.WAIT),
    ],
)
def test_a_reason_makes_no_question_of_an_act(text: str, act: Act) -> None:
    assert _act(text) is act


@pytest.mark.parametrize(
    "text",
    [
        "My order is wrong and I want to speak to a human about it.",
        "I have been waiting for three weeks and I would really like to talk to a real person now please.",
        "Đơn của tôi sai rồi nên cho tôi gặp người thật.",
    ],
)
def test_who_wants_a_person_need_not_pause_before_it(text: str) -> None:
    assert _act(text) is Act.PERSON


@pytest.mark.parametrize(
    "text",
    [
        "Where are you?",
        "How long do I have to wait?",
        "Is anybody working on that?",
        "You're slow.",
        "Đang làm gì đấy?",
        "Chờ bao lâu nữa?",
        "C'est encore long ?",
        "Wie lange dauert es noch?",
        "¿Cuánto falta?",
        "还要等多久？",
        "まだですか？",
        "얼마나 더 기다려야 해요?",
        "Сколько ещё ждать?",
        "อีกนานไหมคะ",
        "Quanto tempo falta?",
    ],
)
def test_impatience_is_one_only_while_a_caller_waits(text: str) -> None:
    assert Dialogue().act(text) is None
    assert _act(text, waiting=True) is Act.PRESENCE


def test_an_apology_is_no_goodbye() -> None:
    assert _act("Sorry, my mistake.") is Act.CHATTER
    assert _act("Wrong number, my mistake.") is Act.GOODBYE


def test_what_an_utterance_does_is_found_out_once() -> None:
    assert dialogue_act("Thanks, bye.", names=["cto"]) is dialogue_act("Thanks, bye.", names=("cto",))
