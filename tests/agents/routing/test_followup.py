import pytest
from langchain_core.messages import AIMessage, HumanMessage

from emads_voice.agents.routing.followup import is_follow_up, standalone_question


@pytest.mark.parametrize(
    "text",
    [
        "and what would that cost?", "còn rủi ro thì sao?", "why?", "tai sao vay", "how long would it take",
        "con chi phi thi sao", "what are the risks", "còn nhân sự thì sao", "mất bao lâu", "tell me more",
        "thế thì tốn bao nhiêu tiền", "is it safe", "có rủi ro gì không", "phương án đó có rủi ro gì",
    ],
)  # fmt: skip
def test_follow_ups(text: str) -> None:
    assert is_follow_up(text)


@pytest.mark.parametrize(
    "text",
    [
        "should we move our order system to kubernetes", "and how do I book a meeting room",
        "chi phí thuê kho ở Đà Nẵng là bao nhiêu", "what are the risks of moving the warehouse to the cloud",
        "when does the night shift start", "rủi ro của việc chuyển ERP là gì",
        "còn kho Đà Nẵng thì tuyển mấy người",
        "giá vàng hôm nay bao nhiêu", "khi nào có bão thì kho làm gì", "",
    ],
)  # fmt: skip
def test_questions_that_stand_alone(text: str) -> None:
    assert not is_follow_up(text)


def test_a_follow_up_is_joined_to_the_question_it_leans_on() -> None:
    asked = [
        HumanMessage("Should we move to Kubernetes?"),
        AIMessage("Yes."),
        HumanMessage("what about the risks"),
    ]
    assert standalone_question(asked) == "Should we move to Kubernetes? what about the risks"
    assert standalone_question([*asked, AIMessage("Few."), HumanMessage("and the cost")]) == (
        "Should we move to Kubernetes? and the cost"
    )


def test_a_new_question_leaves_the_old_one_behind() -> None:
    asked = [HumanMessage("có nên đổi ERP không"), AIMessage("…"), HumanMessage("tôi muốn đặt phòng họp")]
    assert standalone_question(asked) == "tôi muốn đặt phòng họp"


def test_a_follow_up_to_nothing_is_asked_as_it_is() -> None:
    assert standalone_question([HumanMessage("why?")]) == "why?"
    assert standalone_question([]) == ""
    assert standalone_question([HumanMessage("  ")]) == ""
