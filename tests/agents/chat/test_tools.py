"""Tools of a specialist: called by the model, run by us, answered with their results."""

import asyncio
import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import BaseTool, tool

from chat_server import ChatServer
from emads_voice.agents import Analysis, CTOAnalysis, HandbookModel, Specialist, create_coo, create_cto
from emads_voice.agents.chat import call
from emads_voice.agents.chat.tools import MAX_ROUNDS
from emads_voice.testing import ScriptedChatModel

FORM: dict[str, Any] = CTOAnalysis(answer="There are three servers.", kind="fact").model_dump(
    exclude={"degraded", "missing", "withheld", "then"}
)
Make = Callable[..., Specialist]
SAFE = {"readOnlyHint": True}


def looks_up(
    result: object = "3", *, name: str = "count_servers", metadata: dict[str, Any] | None = None
) -> BaseTool:
    """A tool that gives one result, or raises it."""

    async def run(place: str = "") -> object:
        """Count the servers at a place."""
        assert place in ("", "Hanoi")
        if isinstance(result, Exception):
            raise result
        if isinstance(result, asyncio.Event):
            await result.wait()
            return "3"
        return result

    return tool(name)(run).model_copy(update={"metadata": SAFE if metadata is None else metadata})


def calls(*names: str) -> AIMessage:
    """A message that calls tools."""
    return AIMessage(
        "",
        tool_calls=[
            {"name": name, "args": {"place": "Hanoi"}, "id": f"{n}-{name}"} for n, name in enumerate(names)
        ],
    )


def fills_in(**fields: Any) -> AIMessage:
    """A message that fills in the form."""
    return AIMessage("", tool_calls=[{"name": "CTOAnalysis", "args": {**FORM, **fields}, "id": "f"}])


async def ask(
    specialist: Specialist, *, listening: bool = True, heard: Callable[[], object] = str
) -> tuple[Analysis, list[str]]:
    """The answer and what was said of it; ``heard`` is called at each piece."""
    said: list[str] = []

    def say(piece: str) -> None:
        said.append(piece)
        heard()

    analysis = await specialist.answer(
        [HumanMessage("How many servers are there?")],
        language="English",
        say=say if listening else None,
    )
    assert not listening or "".join(said).rstrip("\n") == analysis.answer
    return analysis, said


async def test_the_model_is_told_the_results_and_then_answers() -> None:
    model = ScriptedChatModel(script=[calls("count_servers", "count_servers"), fills_in()])
    analysis, _ = await ask(create_cto([model], tools=[looks_up()]))
    assert (analysis.answer, analysis.degraded) == ("There are three servers.", "")
    *_, called, first, second = model.asked[1]
    assert isinstance(called, AIMessage)
    assert [call["name"] for call in called.tool_calls] == ["count_servers"] * 2
    assert [(m.text, m.status) for m in (first, second) if isinstance(m, ToolMessage)] == [
        ("3", "success")
    ] * 2


async def test_over_http_the_form_is_one_of_the_tools(chat: ChatServer, cto: Make) -> None:
    def call_of(name: str, arguments: str) -> dict[str, Any]:
        function = {"name": name, "arguments": arguments}
        return {"tool_calls": [{"index": 0, "id": "1", "type": "function", "function": function}]}

    def script(_: dict[str, Any]) -> Iterable[dict[str, Any]]:
        asked_first = len(chat.requests) == 1
        return [call_of("count_servers", "{}") if asked_first else call_of("CTOAnalysis", json.dumps(FORM))]

    chat.script, chat.finish_reason = script, "tool_calls"
    analysis, _ = await ask(cto(tools=[looks_up()]))
    assert analysis.answer == "There are three servers."
    first, second = chat.requests
    assert [each["function"]["name"] for each in first["tools"]] == ["CTOAnalysis", "count_servers"]
    assert first["tool_choice"] == "required"
    assert second["messages"][-1] == {"role": "tool", "tool_call_id": "1", "content": "3"}


@pytest.mark.parametrize(
    ("name", "broken", "told"),
    [
        ("count_servers", ValueError("no such place"), "It failed: ValueError: no such place"),
        ("reboot", "3", "There is no tool reboot: there are count_servers."),
        ("count_servers", "x" * 30_000, "… (cut off)"),
    ],
)  # fmt: skip
async def test_a_tool_that_goes_wrong_is_told_to_the_model(name: str, broken: object, told: str) -> None:
    model = ScriptedChatModel(script=[calls("count_servers", name), fills_in()])
    analysis, _ = await ask(create_cto([model], tools=[looks_up(broken)]))
    assert analysis.degraded == ""
    assert told in model.asked[1][-1].text


async def test_arguments_that_do_not_fit_are_told_too() -> None:
    wrong = AIMessage("", tool_calls=[{"name": "count", "args": {"n": "many"}, "id": "1"}])

    @tool
    def count(n: int) -> int:
        """Count to n."""
        return n

    model = ScriptedChatModel(script=[wrong, fills_in()])
    await ask(create_cto([model], tools=[count]))
    assert "ValidationError" in model.asked[1][-1].text


async def test_who_goes_on_calling_tools_is_stopped_and_the_handbook_answers(
    handbook_model: HandbookModel,
) -> None:
    model = ScriptedChatModel(script=[calls("count_servers")] * (MAX_ROUNDS + 1))
    analysis, _ = await ask(create_cto([model, handbook_model], tools=[looks_up()]))
    assert (
        analysis.degraded
        == "The model ScriptedChatModel goes on calling tools and does not answer: give it fewer."
    )
    assert analysis.answer


async def test_that_something_is_looked_up_is_said_only_where_it_takes_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(call, "LOOK_UP_AFTER_S", 0.01)
    slow = asyncio.Event()
    model = ScriptedChatModel(script=[calls("count_servers"), fills_in()])
    analysis, said = await ask(create_cto([model], tools=[looks_up(slow)]), heard=slow.set)
    assert analysis.answer == "One moment, let me look that up. There are three servers."
    assert said[0] == "One moment, let me look that up. "
    model = ScriptedChatModel(script=[calls("count_servers"), fills_in()])
    analysis, _ = await ask(create_cto([model], tools=[looks_up()]))
    assert analysis.answer == "There are three servers."


async def test_where_nobody_listens_nothing_is_said_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call, "LOOK_UP_AFTER_S", 0.0)
    model = ScriptedChatModel(script=[calls("count_servers"), fills_in()])
    analysis, _ = await ask(create_cto([model], tools=[looks_up()]), listening=False)
    assert analysis.answer == "There are three servers."


async def test_what_a_tool_did_may_be_told_and_without_it_not() -> None:
    booked = fills_in(answer="I have booked the room for you.")
    books = looks_up("booked", name="book", metadata={})
    analysis, _ = await ask(create_cto([ScriptedChatModel(script=[calls("book"), booked])], tools=[books]))
    assert analysis.answer == "I have booked the room for you."
    analysis, _ = await ask(create_cto([ScriptedChatModel(script=[booked])], tools=[books]))
    assert analysis.answer.startswith("Nothing has been approved or done")
    assert analysis.withheld == ["claim"]


async def test_a_deed_is_finished_though_the_caller_interrupts() -> None:
    begun, go_on, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    @tool
    async def book() -> str:
        """Book the room."""
        begun.set()
        await go_on.wait()
        done.set()
        return "booked"

    specialist = create_coo([ScriptedChatModel(script=[calls("book")])], tools=[book])
    task = asyncio.create_task(ask(specialist))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    await asyncio.wait_for(done.wait(), 30)


def test_an_agent_with_a_tool_that_may_change_something_is_not_asked_preemptively() -> None:
    assert create_cto([]).repeatable
    assert create_cto([], tools=[looks_up()]).repeatable
    assert not create_cto([], tools=[looks_up(), looks_up(name="book", metadata={})]).repeatable


def test_what_is_no_tool_is_refused() -> None:
    with pytest.raises(ValueError, match="decorate your function"):
        create_cto([], tools=[len])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="Two tools have one name"):
        create_coo([], tools=[looks_up(), looks_up()])
