"""What an utterance does that is nothing but dialogue acts."""

import pytest

from emads_voice.agents.dialogue import Act, Dialogue, chosen_acts, corrects, dialogue_act, questions_in


def acts(text: str) -> list[Act]:
    found = dialogue_act(text, names=["cto", "giám đốc vận hành"])
    return list(found.acts) if found else []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello.", [Act.GREETING]),
        ("Thanks a lot, bye!", [Act.GOODBYE, Act.THANKS]),
        ("Hi, who is this?", [Act.IDENTITY, Act.GREETING]),
        ("Sorry, could you say that again, a little slower please?", [Act.REPEAT, Act.SLOWER]),
        ("um, uh, could you, um, repeat that", [Act.REPEAT]),
        ("CAN I PLEASE TALK TO A REAL PERSON", [Act.PERSON]),
        ("Can’t hear you, speak up!", [Act.LOUDER]),
        ("Wait a second, let me find my glasses.", [Act.WAIT]),
        ("Uh huh, uh huh, uh huh.", [Act.CHATTER]),
        ("👍 okay", [Act.CHATTER]),
        ("Xin cảm ơn.", [Act.THANKS]),
        ("cam on em nhe, chao em", [Act.GOODBYE]),
        ("Dạ, em nói chậm lại giúp anh một chút được không ạ?", [Act.SLOWER]),
        ("cho toi gap nguoi that", [Act.PERSON]),
        ("Ok em, thank you nha, bye bye.", [Act.GOODBYE, Act.THANKS]),
    ],
)
def test_acts_combine_with_each_other_politeness_and_hesitations(text: str, expected: list[Act]) -> None:
    assert acts(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Thanks, and what is the leave policy?",
        "Can you repeat the leave policy?",
        "Tell me who you are going to fire.",
        "No, I meant nineteen.",
        "No.",
        "Stop the server.",
        "Can I talk to the CTO?",
        "My name is John.",
        "Cảm ơn, còn chính sách nghỉ phép thì sao?",
        "khong, y toi la muoi chin",
        "Ba người.",
        "",
        "…",
        "👍",
    ],
)
def test_what_has_substance_is_for_an_agent(text: str) -> None:
    assert acts(text) == []


def test_agents_names_are_no_substance_but_alone_they_call_an_agent() -> None:
    assert acts("Thank you, CTO.") == [Act.THANKS]
    assert acts("Cảm ơn giám đốc vận hành nhé.") == [Act.THANKS]
    assert acts("CTO?") == []
    assert dialogue_act("Thank you, CTO.") is not None  # a capitalised word at the end may be anybody's name
    assert dialogue_act("thank you cto") is None


def test_a_persons_name_is_known_by_its_capital() -> None:
    assert acts("Thanks, Sarah.") == [Act.THANKS]
    assert acts("thanks sarah") == []
    assert acts("THANKS SARAH") == []


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("Yes.", True),
        ("Okay, thank you.", True),
        ("Được rồi.", True),
        ("No, thank you.", True),
        ("Vietnamese.", True),
        ("Um.", False),
        ("Thank you.", False),
        ("Yes, but could you repeat that?", False),
        ("Okay, goodbye.", False),
    ],
)
def test_some_words_answer_a_question_that_was_just_asked(text: str, answers: bool) -> None:
    found = dialogue_act(text)
    assert found
    assert found.answers is answers


def test_a_question_mark_asks() -> None:
    assert acts("Sorry?") == acts("Huh?") == acts("Hả?") == [Act.REPEAT]
    assert acts("Sorry.") == [Act.CHATTER]
    really = dialogue_act("Really?")
    assert really is None or really.asks


def test_a_language_is_named() -> None:
    def wanted(text: str) -> str:
        found = dialogue_act(text)
        return found.language if found and found.act is Act.LANGUAGE else "none"

    assert wanted("Speak Vietnamese, please.") == "Vietnamese"
    assert wanted("Nói tiếng Anh đi em.") == "English"
    assert wanted("I don't speak English. Vietnamese, please.") == "Vietnamese"
    assert wanted("Can you speak another language?") in ("", "none")


def test_some_words_are_only_said_while_waiting() -> None:
    ready = dialogue_act("Is it ready?")
    assert ready
    assert ready.waiting
    assert ready.act is Act.PRESENCE


def test_who_says_a_lot_says_something() -> None:
    assert acts("uh huh " * 15) == [Act.CHATTER]
    assert acts("uh huh " * 100) == []


def test_acts_are_chosen_by_name() -> None:
    assert chosen_acts(["thanks", Act.GOODBYE]) == {Act.THANKS, Act.GOODBYE}
    with pytest.raises(ValueError, match="There is no act cheers"):
        chosen_acts(["thanks", "cheers"])


@pytest.mark.parametrize(
    "text", ["Cancel that.", "Cancel it, please.", "Abort.", "Hủy đi.", "huy bo yeu cau di"]
)
def test_what_undoes_something_is_for_an_agent(text: str) -> None:
    assert acts(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Take your time.",
        "No rush.",
        "I can wait.",
        "Cứ từ từ nhé.",
        "khong voi",
        "Không gấp đâu em.",
        "Cứ thong thả.",
    ],
)
def test_who_has_time_does_not_ask_us_to_wait(text: str) -> None:
    assert acts(text) == [Act.CHATTER]


def test_who_wants_us_to_stay_does_not_say_goodbye() -> None:
    assert acts("Đừng vội cúp máy.") == acts("Khoan đã.") == [Act.WAIT]


@pytest.mark.parametrize(
    "text",
    [
        "Which languages do you speak?",
        "How many languages do you know?",
        "Do you speak any other languages?",
        "Bạn nói được những tiếng gì?",
        "Em biết nói mấy thứ tiếng?",
        "Có những ngôn ngữ nào?",
    ],
)
def test_asking_for_languages_changes_none(text: str) -> None:
    assert acts(text) == [Act.CAPABILITIES]


@pytest.mark.parametrize(
    "text", ["Yes.", "Sure.", "Okay.", "Yes, please.", "Sounds good.", "Vâng ạ.", "Ừ.", "duoc"]
)
def test_consent_is_for_the_agent_that_has_answered(text: str) -> None:
    found = Dialogue().act(text)
    assert found
    assert found.act is Act.CHATTER
    assert Dialogue().act(text, answered=True) is None


@pytest.mark.parametrize("text", ["Thank you.", "Okay, thanks.", "Great.", "Uh huh.", "Hold on."])
def test_other_remarks_after_an_answer_stay_remarks(text: str) -> None:
    assert Dialogue().act(text, answered=True)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("Shall I stop the server or restart it?", "Stop."),
        ("Shall I stop the server or restart it?", "Stop it."),
        ("Should I wait or send it now?", "Wait."),
        ("Should the alarm be louder or quieter?", "Louder please."),
        ("Em nên dừng hay khởi động lại ạ?", "Dừng lại đi."),
        ("Em gửi luôn hay chờ ạ?", "Chờ nhé."),
        ("Shall I send it?", "Please."),
        ("Em gửi nhé?", "Làm ơn."),
    ],
)
def test_what_a_question_names_is_its_answer(asked: str, text: str) -> None:
    assert Dialogue().act(text)
    assert Dialogue().act(text, asked=asked) is None


@pytest.mark.parametrize(
    "text", ["Stop.", "Wait a second.", "Sorry?", "What did you say?", "Louder, please."]
)
def test_what_a_question_does_not_name_stays_an_act(text: str) -> None:
    assert Dialogue().act(text, asked="What did you want me to send?")


@pytest.mark.parametrize(
    "text", ["Hai.", "hai hai", "Hai ba.", "một", "một hai ba", "Two.", "Ten ten.", "Tôi muốn hỏi về AI."]
)
def test_figures_and_subjects_are_no_words_of_another_language(text: str) -> None:
    """ "Hai" is a greeting in Indonesian, and two in Vietnamese."""
    assert acts(text) == []
    assert Dialogue().beside(f"{text} mười một. tám tư.") is None


def test_the_questions_of_an_answer() -> None:
    assert questions_in("It is free. Shall I book it? It is by the window.").strip() == "Shall I book it?"
    assert questions_in("It is free") == questions_in("") == ""


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("pardon", "repeat"),
        ("what", "repeat"),
        ("Hả.", "repeat"),
        ("gì cơ", "repeat"),
        ("Can you call back tomorrow?", "callback"),
        ("Could you call me tomorrow at nine?", "callback"),
        ("Have someone call me on Monday.", "callback"),
        ("Mai gọi lại được không?", "callback"),
        ("Ngày mai gọi lại cho tôi nhé.", "callback"),
        ("I'll call back tomorrow.", "goodbye"),
        ("See you Friday.", "goodbye"),
        ("Bis Freitag!", "goodbye"),
        ("周五见", "goodbye"),
    ],
)
def test_as_recognisers_write_them_and_people_say_when(text: str, act: str) -> None:
    found = dialogue_act(text)
    assert found is not None
    assert found.act == act


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("No, I meant 56.", True),
        ("Sorry, 56.", True),
        ("À nhầm, 56 ạ.", True),
        ("Nein, ich meinte 56.", True),
        ("不对，是56", True),
        ("No, that's all.", False),
        ("What about order 56?", False),
        ("No, I want to know the opening hours.", False),
    ],
)
def test_corrections_are_told_from_questions(text: str, is_one: bool) -> None:
    assert corrects(text) is is_one
