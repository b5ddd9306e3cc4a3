"""Calls on graphs of other people's: made of our stages, or with a voice graph in them."""

import asyncio
import itertools
from typing import Any

import pytest
from langgraph.graph import END, START, MessagesState, StateGraph

from emads_voice import VoiceContext, as_agent, create_voice_graph
from emads_voice.graph.nodes import listen, review, speak
from emads_voice.testing import ScriptedLine

LONG = "Your order left Hanoi on Monday morning. It arrives in the warehouse on Friday evening."


class State(MessagesState, total=False):
    """A state of theirs."""

    question: str
    reply: str


def chained(*nodes: tuple[str, Any]) -> Any:
    graph = StateGraph(State, context_schema=VoiceContext)
    order = [START, *(name for name, _ in nodes), END]
    for name, node in nodes:
        graph.add_node(name, node)
    for before, after in itertools.pairwise(order):
        graph.add_edge(before, after)
    return graph


def of_stages(think: Any, *more: tuple[str, Any]) -> Any:
    return chained(("hear", listen(into="question")), ("think", think), *more, ("say", speak("reply")))


def of_messages(think: Any) -> Any:
    return chained(("hear", listen()), ("think", think), ("say", speak()))


def answers(state: State) -> dict[str, Any]:
    return {"reply": LONG if "seven" in state["question"] else "It is in the warehouse."}


def says(state: State) -> dict[str, Any]:
    return {
        "messages": [("ai", LONG if "seven" in state["messages"][-1].text else "It is in the warehouse.")]
    }


def around(answer: Any) -> Any:
    inner = create_voice_graph([as_agent(answer, name="orders")]).compile()
    return chained(("before", lambda _: {}), ("voice", inner), ("after", lambda _: {}))


async def order(question: str) -> str:
    return LONG if "seven" in question else "It is in the warehouse."


async def interrupting(line: ScriptedLine) -> None:
    await line.speak(1.0)
    await line.until_answered()
    await line.wait(0.8)  # into the first sentence
    await line.speak(1.0)
    await line.until_answered()
    await line.until_quiet()


@pytest.mark.parametrize(
    "graph",
    [of_stages(answers), of_messages(says), around(order)],
    ids=["of stages", "of messages", "around"],
)
def test_of_an_interrupted_answer_what_was_heard_is_kept(call: Any, graph: Any) -> None:
    done = call(interrupting, hears=["where is order seven?", "and order eight?"], graph=graph)
    question, played, follow_up, answer = done.messages
    assert (question.text, follow_up.text) == ("where is order seven?", "and order eight?")
    assert answer.text == "It is in the warehouse."
    assert LONG.startswith(played.text)
    assert 0 < len(played.text) < len(LONG)
    assert played.additional_kwargs["whole_answer"] == LONG


async def slowly(state: State) -> dict[str, Any]:
    await asyncio.sleep(20 if "seven" in state["question"] else 0)
    return answers(state)


async def order_slowly(question: str) -> str:
    await asyncio.sleep(20 if "seven" in question else 0)
    return await order(question)


@pytest.mark.parametrize("graph", [of_stages(slowly), around(order_slowly)], ids=["of stages", "around"])
def test_a_question_that_was_not_answered_is_kept(call: Any, graph: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(3)
        await line.speak(1.0)
        await line.wait(10)
        await line.until_quiet()

    done = call(caller, hears=["where is order seven?", "and order eight?"], graph=graph)
    assert done.conversation == ["where is order seven?", "and order eight?", "It is in the warehouse."]


def test_a_review_is_asked_for_and_given_on_the_line(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        for _ in range(3):
            await line.speak(1.0)
            await line.until_answered()
            await line.until_quiet()

    checked = ("check", review("reply", description="say where it is"))
    done = call(
        caller, hears=["and order eight?", "hm what?", "yes please"], graph=of_stages(answers, checked)
    )
    assert done.conversation[0] == "and order eight?"
    assert done.conversation[-2:] == ["yes please", "It is in the warehouse."]
    assert done.said[-1] == "It is in the warehouse."
    assert done.ended == "the caller hung up"


def test_several_answers_of_a_turn_are_played_and_each_keeps_what_was_heard(call: Any) -> None:
    graph = chained(
        ("hear", listen(into="question")),
        ("wait", lambda _: {"reply": "One moment please."}),
        ("tell", speak("reply")),
        ("think", answers),
        ("say", speak("reply")),
    )

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(2.5)  # into the second answer
        await line.speak(1.0)
        await line.wait(8)
        await line.until_quiet()

    done = call(caller, hears=["where is order seven?", "and order eight?"], graph=graph)
    question, first, second, follow_up, third, fourth = done.messages
    assert (question.text, follow_up.text) == ("where is order seven?", "and order eight?")
    assert (first.text, third.text, fourth.text) == (
        "One moment please.",
        "One moment please.",
        "It is in the warehouse.",
    )
    assert LONG.startswith(second.text)
    assert 0 < len(second.text) < len(LONG)
