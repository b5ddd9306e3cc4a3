"""What an agent that waits may be told by a program, and what is refused before it can do harm."""

from typing import Any

import pytest
from langgraph.types import Interrupt

from emads_voice.channels.errors import ResumeError
from emads_voice.channels.questions.resuming import resume_values

A, B = "a" * 32, "b" * 32
APPROVE = {"type": "approve"}
EDIT = {"type": "edit", "edited_action": {"name": "pay", "args": {"sum": 4}}}


def approval(*allowed: str, actions: int = 1, key: str = A) -> Interrupt:
    requests = [{"name": "pay", "args": {"sum": 5}}] * actions
    configs = [{"action_name": "pay", "allowed_decisions": list(allowed or ("approve", "edit", "reject"))}]
    return Interrupt(value={"action_requests": requests, "review_configs": configs}, id=key)


@pytest.mark.parametrize("value", ["Friday", 7, False, ["a"], {}, {"day": "Friday"}, {"decisions": []}])
def test_a_plain_question_takes_whatever_its_agent_does(value: Any) -> None:
    assert resume_values(value, [Interrupt(value="Which day?", id=A)]) == {A: value}
    assert resume_values({A: value}, [Interrupt(value={"odd": 1}, id=A)]) == {A: value}


@pytest.mark.parametrize(
    "decision",
    [APPROVE, EDIT, {"type": "reject"}, {"type": "reject", "message": "too dear"}],
)
def test_an_approval_takes_a_decision_for_each_action(decision: dict[str, Any]) -> None:
    assert resume_values({"decisions": [decision]}, [approval()]) == {A: {"decisions": [decision]}}
    both = {"decisions": [decision, APPROVE]}
    assert resume_values(both, [approval(actions=2)]) == {A: both}


@pytest.mark.parametrize(
    "value",
    [
        "yes",
        "approve",
        True,
        [APPROVE],
        APPROVE,
        {},
        {"decisions": APPROVE},
        {"decisions": "approve"},
        {"decisions": []},
        {"decisions": [APPROVE, APPROVE]},
        {"decisions": ["approve"]},
        {"decisions": [{"type": "yes"}]},
        {"decisions": [{"type": "respond", "message": "hm"}]},
        {"decisions": [{"type": "edit"}]},
        {"decisions": [{"type": "edit", "edited_action": {"name": "pay"}}]},
        {"decisions": [{"type": "reject", "message": 3}]},
        {A: "yes"},
    ],
)
def test_anything_else_is_no_decision_and_the_message_says_what_is_one(value: Any) -> None:
    with pytest.raises(ResumeError) as refused:
        resume_values(value, [approval()])
    told = str(refused.value)
    assert '{"decisions": […]}, a list of one decision' in told
    assert '"approve" or "edit" with an "edited_action"' in told


def test_what_several_wait_for_is_told_by_id() -> None:
    waiting = [Interrupt(value="Which day?", id=A), approval(key=B)]
    assert resume_values({A: "Friday"}, waiting) == {A: "Friday"}
    assert resume_values({A: "Friday", B: {"decisions": [APPROVE]}}, waiting).keys() == {A, B}
    with pytest.raises(ResumeError, match="2 agents wait"):
        resume_values("Friday", waiting)
    with pytest.raises(ResumeError, match="Nobody waits under c"):
        resume_values({"c" * 32: "Friday"}, waiting)
    with pytest.raises(ResumeError, match="is to be decided"):
        resume_values({A: "Friday", B: "yes"}, waiting)


def test_one_tool_is_decided_on_by_one_decision() -> None:
    waiting = [
        Interrupt(value={"type": "tool_approval", "tool_call_id": "c", "name": "pay", "args": {}}, id=A)
    ]
    assert resume_values(APPROVE, waiting) == {A: APPROVE}
    with pytest.raises(ResumeError, match=r'give \{"type"'):
        resume_values("yes", waiting)
