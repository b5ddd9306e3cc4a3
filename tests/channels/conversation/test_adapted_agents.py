"""Agents that others built, on the phone: two turns and an interruption, with what they did and remember."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import interrupt

from emads_voice import as_agent
from emads_voice.agents.heard import NOTE
from emads_voice.testing import ScriptedChatModel, ScriptedLine
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language
from emads_voice.voice.recognizer import Transcript

from ..agents_of_others import FIRST, SECOND, calls, deep, plain, supervised, swarming


@pytest.mark.parametrize("make", [plain, supervised, swarming, deep])
def test_it_is_interrupted_and_goes_on_knowing_what_was_heard(call: Any, make: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(0.8)  # into the first sentence
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet()

    chat = ScriptedChatModel(script=[], word_s=0.01)
    agent = as_agent(make(chat), name="support")
    done = call(caller, hears=["where is order seven?", "and right now?"], agent=agent)
    question, played, follow_up, answer = done.messages
    assert (question.text, follow_up.text, answer.text) == ("where is order seven?", "and right now?", SECOND)
    assert played.additional_kwargs["whole_answer"] == FIRST
    assert FIRST.startswith(played.text)
    assert 0 < len(played.text) < len(FIRST)
    # Nothing but answers was said: no tool call, no hand-over, no worker.
    assert set(done.said) <= {*FIRST.replace(". ", ".|").split("|"), SECOND}
    seen = [message.text for message in chat.asked[-1]]
    assert any(FIRST in text for text in seen), "it knows what it said"
    assert any("interrupted" in text and played.text in text for text in seen), "and how much was heard"
    assert [text for text in seen if "where is order seven?" in text] == ["where is order seven?"]


def test_it_speaks_while_the_model_still_writes(call: Any) -> None:
    """80 words at 50 ms a word: the first sound comes after the first sentence, not after the last."""

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        finished = asyncio.get_running_loop().time()
        await line.until_answered()
        waited.append(asyncio.get_running_loop().time() - finished)
        await line.until_quiet()

    waited: list[float] = []
    sentence = "This is one of the ten sentences. "
    chat = ScriptedChatModel(script=[sentence * 12], word_s=0.05)
    done = call(caller, hears=["tell me all"], agent=as_agent(create_agent(chat, []), name="support"))
    assert len(done.said) == 12
    assert waited[0] < 2, "silence and the first sentence; the whole answer takes 4.2 s to write"


@pytest.mark.parametrize(("says", "booked"), [("yes please", 1), ("no, thank you", 0)])
def test_an_approval_is_asked_for_and_given_on_the_line(call: Any, says: str, booked: int) -> None:
    bookings: list[str] = []

    @tool
    def book_table(day: str) -> str:
        """Book a table."""
        bookings.append(day)
        return "booked"

    async def caller(line: ScriptedLine) -> None:
        for _ in range(2):
            await line.speak(1.0)
            await line.until_answered()
            await line.until_quiet()

    chat = ScriptedChatModel(script=[calls("book_table", day="Friday"), "That is settled."])
    middleware = HumanInTheLoopMiddleware(
        interrupt_on={"book_table": {"allowed_decisions": ["approve", "reject"]}}
    )
    graph = create_agent(chat, [book_table], middleware=[middleware])
    saver = InMemorySaver()
    agent = as_agent(graph, name="desk")
    done = call(caller, hears=["book a table", says], agent=agent, saver=saver)
    assert done.said == [
        "I would like to do this: book table: day Friday.",
        "Do you agree?",
        "That is settled.",
    ]
    assert len(bookings) == booked


async def talks_over(line: ScriptedLine) -> None:
    """Asks, goes on before a word was said, and waits for the answer."""
    await line.speak(1.0)
    await line.wait(1.0)
    await line.speak(1.0)
    await line.until_answered()
    await line.until_quiet()


def booking(takes_s: float) -> Any:
    @tool
    async def book_table(day: str) -> str:
        """Book a table."""
        bookings.append(day)
        await asyncio.sleep(takes_s)
        return f"booked for {day}"

    bookings: list[str] = []
    return book_table, bookings


def test_a_tool_that_has_begun_comes_to_its_end(call: Any) -> None:
    book_table, bookings = booking(takes_s=3)
    chat = ScriptedChatModel(script=[calls("book_table", day="Friday"), "Cut off.", "Booked, for seven."])
    agent = as_agent(create_agent(chat, [book_table]), name="desk")
    done = call(talks_over, hears=["a table on Friday", "at seven please"], agent=agent)
    assert done.said == ["Booked, for seven."]
    assert bookings == ["Friday"]
    seen = chat.asked[-1]
    assert [m.text for m in seen if m.type == "tool"] == ["booked for Friday"]
    assert seen[-1].text == "at seven please"


def test_a_node_that_has_acted_comes_to_its_end(call: Any) -> None:
    bookings: list[str] = []

    async def desk(state: MessagesState) -> dict[str, Any]:
        if not any(isinstance(message, ToolMessage) for message in state["messages"]):
            bookings.append("Friday")
            await asyncio.sleep(3)
            made = calls("book_table", day="Friday")
            result = ToolMessage("booked", tool_call_id=made.tool_calls[0]["id"])
            return {"messages": [made, result, AIMessage("Your table is booked.")]}
        return {"messages": [AIMessage("It stands as it was booked.")]}

    graph = StateGraph(MessagesState).add_node("desk", desk).add_edge(START, "desk").compile()
    done = call(
        talks_over, hears=["a table on Friday", "at seven please"], agent=as_agent(graph, name="front")
    )
    assert bookings == ["Friday"]
    assert done.conversation[-1] == "It stands as it was booked."


def test_a_question_that_was_not_asked_is_not_answered_by_what_was_said_meanwhile(call: Any) -> None:
    """The agent comes to ask while the caller goes on: what they say is no answer, and certainly no approval."""
    told: list[str] = []

    async def desk(state: MessagesState) -> dict[str, Any]:
        said = [m.text for m in state["messages"] if m.type == "human" and NOTE not in m.additional_kwargs]
        if len(said) == 1:
            await asyncio.sleep(3)
            told.append(interrupt("Shall I book it for one hundred dollars?"))
        return {"messages": [AIMessage(f"You said {len(said)} things.")]}

    graph = StateGraph(MessagesState).add_node("desk", desk).add_edge(START, "desk").compile()
    done = call(talks_over, hears=["a table on Friday", "yes, at seven"], agent=as_agent(graph, name="front"))
    assert told == []
    assert done.said == ["You said two things."]
    assert done.conversation[:2] == ["a table on Friday", "yes, at seven"]


def test_a_function_that_has_acted_comes_to_its_end(call: Any) -> None:
    asked: list[list[str]] = []

    async def desk(messages: list[BaseMessage]) -> str:
        asked.append([message.text for message in messages])
        if len(asked) == 1:
            await asyncio.sleep(3)
            return "Your table is booked."
        return "It stands as it was booked."

    call(talks_over, hears=["a table on Friday", "at seven please"], agent=as_agent(desk, name="front"))
    assert asked[1][1] == "Your table is booked."
    assert "What you did stays done." in asked[1][2]


def test_a_tool_that_takes_too_long_is_cut_off_and_the_agent_told_so(call: Any) -> None:
    book_table, bookings = booking(takes_s=60)
    chat = ScriptedChatModel(script=[calls("book_table", day="Friday"), "Let me see whether that is booked."])
    agent = as_agent(create_agent(chat, [book_table]), name="desk")
    done = call(talks_over, hears=["a table on Friday", "at seven please"], agent=agent, filler_after_s=60)
    assert done.said == ["Let me see whether that is booked."]
    assert len(bookings) == 1
    seen = chat.asked[-1]
    assert ["not known" in m.text for m in seen if m.type == "tool"] == [True]
    assert "What you had done by then stays done." in seen[-2].text
    assert seen[-1].text == "at seven please"


class SlowAtFirst(ScriptedChatModel):
    """Thinks for a minute about what it is asked first."""

    async def _astream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        if not self.asked:
            self.asked.append(messages)
            await asyncio.sleep(60)
        async for chunk in super()._astream(messages, *args, **kwargs):
            yield chunk


def test_a_model_that_still_thinks_is_cut_off_at_once(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(1.0)
        await line.speak(1.0)
        asked = asyncio.get_running_loop().time()
        await line.until_answered()
        waited.append(asyncio.get_running_loop().time() - asked)
        await line.until_quiet()

    waited: list[float] = []
    chat = SlowAtFirst(script=["At seven, then."])
    agent = as_agent(create_agent(chat, []), name="desk")
    done = call(caller, hears=["a table on Friday", "at seven please"], agent=agent)
    assert done.said == ["At seven, then."]
    assert waited[0] < 1.5


@pytest.mark.parametrize(
    ("language", "told"),
    [(ENGLISH, "Let me look up the order status."), (VIETNAMESE, "Để tôi tra cứu đơn hàng ạ.")],
)
def test_a_caller_who_waits_is_told_what_a_tool_does(call: Any, language: Language, told: str) -> None:
    @tool
    async def get_order_status(number: str) -> str:
        """Tra cứu đơn hàng theo mã."""
        await asyncio.sleep(12)
        return f"{number} is on its way"

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.5)
        await line.wait(25)

    chat = ScriptedChatModel(script=[calls("get_order_status", number="7"), "It is on its way."])
    agent = as_agent(create_agent(chat, [get_order_status]), name="support")
    heard = Transcript("where is my parcel now", language, 1.5, "scripted")
    done = call(caller, hears=[heard], agent=agent, language=language, idle_s=60)
    fillers = done.said[:-1]
    assert fillers.count(told) == 1
    assert len(fillers) >= 2
    assert done.said[-1] == "It is on its way."
