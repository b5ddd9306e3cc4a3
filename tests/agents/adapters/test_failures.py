"""Agents of others that fail: one clear outcome, whatever they do."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.tools import tool
from langgraph.graph import START, MessagesState, StateGraph

from emads_voice import ModelError, as_agent
from emads_voice.testing import ScriptedChatModel, run_virtual

Begin = Callable[..., Any]
QUESTION = [HumanMessage("Where is it?", id="q")]


class RateLimitError(Exception):
    """What a provider's client raises where it is told 429."""


def model(*script: str | AIMessage | Exception, **more: Any) -> ScriptedChatModel:
    return ScriptedChatModel(script=script, **more)


KINDS: dict[str, Callable[[Exception], Any]] = {
    "create_agent": lambda error: create_agent(model(error), []),
    "a chat model": lambda error: model(error),
    "a chain": lambda error: model(error) | (lambda message: message.text),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_raised_is_told_in_a_sentence_with_its_cause(kind: str) -> None:
    error = RateLimitError("429: quota of key sk-secret exceeded")
    with pytest.raises(ModelError, match=r"The agent desk failed \(RateLimitError\)") as caught:
        await as_agent(KINDS[kind](error), name="desk").answer(QUESTION, language="English")
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is error


async def test_a_caller_hears_an_apology_and_the_next_turn_is_answered(talk: Begin) -> None:
    begun = talk(as_agent(create_agent(model(RateLimitError("429"), "It left."), []), name="desk"))
    assert "I am sorry" in await begun.ask("Where is it?")
    assert "RateLimitError" in begun.degraded
    assert await begun.ask("Please try again.") == "It left."


def test_who_hangs_is_given_up() -> None:
    async def desk(question: str) -> str:
        await asyncio.Event().wait()
        return question

    async def ask() -> None:
        with pytest.raises(
            ModelError, match="The agent desk took longer than 5 s; give as_agent another timeout_s="
        ):
            await as_agent(desk, timeout_s=5).answer(QUESTION, language="English")

    run_virtual(ask())


async def test_a_timeout_of_its_own_is_a_failure_like_others() -> None:
    async def desk(_: str) -> str:
        raise TimeoutError

    with pytest.raises(ModelError, match=r"failed \(TimeoutError\)"):
        await as_agent(desk).answer(QUESTION, language="English")


@tool
def again() -> str:
    """Do it again."""
    return "again"


async def test_who_goes_in_circles_is_stopped(talk: Begin) -> None:
    script = [AIMessage("", tool_calls=[{"name": "again", "args": {}, "id": str(n)}]) for n in range(99)]
    agent = create_agent(model(*script), [again]).with_config(recursion_limit=9)
    begun = talk(as_agent(agent, name="desk"))
    await begun.ask("Where is it?")
    assert "failed (GraphRecursionError)" in begun.degraded


async def test_a_model_that_calls_tools_nobody_runs() -> None:
    call = AIMessage("", tool_calls=[{"name": "again", "args": {}, "id": "1"}])
    with pytest.raises(
        ModelError, match=r"nobody runs them: make an agent of it, create_agent\(model, tools\)"
    ):
        await as_agent(model(call), name="desk").answer(QUESTION, language="English")


async def test_being_cancelled_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    began = asyncio.Event()

    async def desk(_: str) -> None:
        began.set()
        await asyncio.Event().wait()

    answer = asyncio.ensure_future(as_agent(desk).answer(QUESTION, language="English"))
    await began.wait()
    answer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await answer
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_an_output_mapping_that_fails() -> None:
    graph = StateGraph(MessagesState).add_node("reply", lambda _: {}).add_edge(START, "reply")
    agent = as_agent(graph, name="desk", output=lambda state: state["reply"])
    with pytest.raises(ModelError, match=r"failed \(KeyError\)"):
        await agent.answer(QUESTION, language="English")
