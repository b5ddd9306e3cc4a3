"""How what an agent waits to be told is asked aloud, and what answers it."""

from typing import Any

import pytest
from langgraph.types import Interrupt

from emads_voice.channels.questions.pending import read
from emads_voice.messages import shipped
from emads_voice.voice.languages import ENGLISH, VIETNAMESE

APPROVE, REJECT = {"type": "approve"}, "reject"


def waiting(payload: Any) -> Any:
    question = read([Interrupt(payload, id="i")])
    assert question
    return question


def request(
    *actions: dict[str, Any], allowed: tuple[str, ...] = ("approve", "edit", "reject")
) -> dict[str, Any]:
    """As LangChain's human-in-the-loop middleware asks."""
    return {
        "action_requests": list(actions),
        "review_configs": [
            {"action_name": each["name"], "allowed_decisions": list(allowed)} for each in actions
        ],
    }


BOOK = {
    "name": "book_table",
    "args": {"day": "Friday", "people": 8},
    "description": "Tool execution requires approval\n\nTool: book_table\nArgs: {'day': 'Friday', 'people': 8}",
}


def test_a_plain_question_is_asked_as_it_is_and_any_words_answer_it() -> None:
    question = waiting("Which day?")
    assert question.spoken(ENGLISH, shipped()) == ("Which day?", ENGLISH)
    assert question.answered("On Friday.") == {"i": "On Friday."}
    assert question.answered("yes") == {"i": "yes"}
    assert question.answered("[keypad] 12#") == {"i": "12"}


@pytest.mark.parametrize("said", ["", " ", "um", "Hmm.", "ờ"])
def test_what_is_no_answer_leaves_a_plain_question_open(said: str) -> None:
    assert waiting("Which day?").answered(said) is None


@pytest.mark.parametrize("key", ["question", "message", "prompt", "description", "text"])
def test_a_question_may_stand_in_a_mapping(key: str) -> None:
    assert waiting({key: "Which day?", "n": 1}).spoken(ENGLISH, shipped())[0] == "Which day?"


def test_an_action_is_named_with_what_it_is_given() -> None:
    text, language = waiting(request(BOOK)).spoken(ENGLISH, shipped())
    assert text == "I would like to do this: book table: day Friday, people 8. Do you agree?"
    assert language == ENGLISH
    text, _ = waiting(request({**BOOK, "description": "đặt bàn tám người tối thứ sáu."})).spoken(
        VIETNAMESE, shipped()
    )
    assert text == "Tôi muốn làm việc này: đặt bàn tám người tối thứ sáu. Anh chị có đồng ý không ạ?"


CODE = "```sql\nDROP TABLE bookings;\n```"


def test_a_question_that_is_code_alone_is_said_to_be_there() -> None:
    for language in (ENGLISH, VIETNAMESE):
        told = shipped().phrases(language.base_code).text("only_shown")
        assert waiting(CODE).spoken(language, shipped()) == (f"{CODE}\n\n{told}", language)


def test_an_action_described_by_code_alone_is_told_by_what_it_is_given() -> None:
    text, _ = waiting(request({**BOOK, "description": CODE})).spoken(ENGLISH, shipped())
    assert text == "I would like to do this: book table: day Friday, people 8. Do you agree?"


@pytest.mark.parametrize("said", ["yes", "Yes, please.", "vâng ạ", "[keypad] 1", "[keypad] 1#", "đồng ý"])
def test_a_clear_yes_approves_all_that_was_asked(said: str) -> None:
    assert waiting(request(BOOK)).answered(said) == {"i": {"decisions": [APPROVE]}}
    assert waiting(request(BOOK, {**BOOK, "name": "pay"})).answered(said) == {
        "i": {"decisions": [APPROVE, APPROVE]}
    }


@pytest.mark.parametrize("said", ["no", "No, make it nine.", "không ạ", "không, mai đi", "[keypad] 2#"])
def test_a_no_rejects_and_says_what_was_said(said: str) -> None:
    assert waiting(request(BOOK)).answered(said) == {
        "i": {"decisions": [{"type": "reject", "message": said}]}
    }


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Hello?",
        "What does it cost?",
        "Yes, but make it nine.",
        "um",
        "[keypad] 7",
        "tốn bao nhiêu?",
        "maybe",
    ],
)
def test_anything_else_decides_nothing(said: str) -> None:
    question = waiting(request(BOOK))
    assert question.answered(said) is None
    again, _ = question.spoken(ENGLISH, shipped(), again=True)
    assert again.startswith("Sorry, please say yes or press 1")
    assert again.endswith("Do you agree?")


def test_what_may_not_be_approved_is_not() -> None:
    question = waiting(request(BOOK, allowed=("edit", "reject")))
    assert question.answered("yes") is None
    assert question.answered("no") == {"i": {"decisions": [{"type": "reject", "message": "no"}]}}


def test_a_tool_that_asks_the_caller_is_answered_in_their_words() -> None:
    ask = {"name": "ask_caller", "args": {"question": "Which day?"}, "description": "Which day?"}
    question = waiting(request(ask, allowed=("respond",)))
    assert question.spoken(ENGLISH, shipped())[0].startswith("Which day")
    assert question.answered("On Friday.") == {
        "i": {"decisions": [{"type": "respond", "message": "On Friday."}]}
    }


def test_one_tool_call_at_a_time_is_decided_by_one_decision() -> None:
    question = waiting({"type": "tool_approval", "tool_call_id": "c", **BOOK})
    assert question.answered("yes") == {"i": APPROVE}


@pytest.mark.parametrize("payload", [42, {"n": 1}, ["a"], None, request(BOOK, allowed=("edit",))])
def test_what_words_cannot_decide_is_said_and_stays_open(payload: Any) -> None:
    question = waiting(payload)
    assert question.spoken(ENGLISH, shipped())[0].startswith(
        "This needs a decision that cannot be made by voice."
    )
    assert question.answered("yes") is None


def test_nothing_is_asked_where_nothing_waits() -> None:
    assert read([]) is None
