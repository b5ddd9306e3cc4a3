"""What agents ask to have done with a call, once their answer was heard."""

from __future__ import annotations

import asyncio
import logging
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph_supervisor import create_supervisor

from emads_voice.agents import AskKeys, HangUp, Pause, Transfer, as_agent, take_keys, then
from emads_voice.agents.forms import Analysis
from emads_voice.channels.errors import RecordingError
from emads_voice.graph.phrases import phrase
from emads_voice.messages import shipped
from emads_voice.testing import MemoryAuditLog, ScriptedAgent, ScriptedChatModel, ScriptedLine
from emads_voice.voice.languages import ENGLISH

GOODBYE, STILL_THERE = (phrase(shipped(), which, ENGLISH)[0] for which in ("goodbye", "still_there"))


@dataclass
class Asking(ScriptedAgent):
    """Asks for something with each answer, in order; then for nothing."""

    then: list[Any] = field(default_factory=list)

    async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
        number = len(self.asked)
        analysis = await super().answer(*args, **kwargs)
        wanted = self.then[number] if number < len(self.then) else None
        return analysis.model_copy(update={"then": wanted})


async def ask(line: ScriptedLine) -> None:
    await line.speak(1.0)
    await line.until_answered()
    await line.until_quiet()


async def press(line: ScriptedLine, keys: str) -> None:
    for key in keys:
        line.press(key)
        await line.wait(0.3)


# Hanging up.


def test_the_call_ends_when_the_goodbye_was_heard(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(20)

    done = call(caller, hears=["close my ticket."], agent=Asking("cto", ["Goodbye, Nam."], then=[HangUp()]))
    assert (done.said, done.ended) == (["Goodbye, Nam."], "we hung up")
    assert abs(done.line.played_s - 0.05 * len("Goodbye, Nam.")) < 0.1
    assert done.conversation == ["close my ticket.", "Goodbye, Nam."]


def test_a_call_that_ends_without_a_word_ends_in_our_goodbye(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(20)

    done = call(caller, hears=["close my ticket."], agent=Asking("cto", [""], then=[HangUp()]))
    assert (" ".join(done.said), done.ended) == (GOODBYE, "we hung up")


def test_who_speaks_over_the_goodbye_is_not_hung_up_on(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(0.3)
        await ask(line)
        await line.wait(5)

    agent = Asking("cto", ["Thank you for calling, and goodbye.", "On Monday."], then=[HangUp()])
    done = call(caller, hears=["close my ticket.", "wait, which day?"], agent=agent, idle_s=30)
    assert (done.conversation[-1], done.ended) == ("On Monday.", "the caller hung up")


def test_a_noise_over_the_goodbye_does_not_keep_the_line_open(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(0.5)
        await line.speak(1.0)
        await line.wait(30)

    agent = Asking("cto", ["Thank you for calling, and goodbye."], then=[HangUp()])
    assert call(caller, hears=["close my ticket.", ""], agent=agent, idle_s=60).ended == "we hung up"


# Leaving time.


def test_nobody_asks_whether_the_caller_is_there_while_they_look_for_something(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        heard = line.played_s
        await line.wait(39)
        assert line.played_s == heard
        await line.wait(5)

    agent = Asking("cto", ["Take your time."], then=[Pause(seconds=42)])
    done = call(caller, hears=["it is in my bag."], agent=agent, idle_s=10)
    assert done.said == ["Take your time.", STILL_THERE]


# Keys.


def test_a_number_of_known_length_is_taken_at_once(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await press(line, "471")
        began = asyncio.get_running_loop().time()
        line.press("1")
        await line.until_answered()
        waited.append(asyncio.get_running_loop().time() - began)
        await line.until_quiet()

    waited: list[float] = []
    done = call(
        caller,
        hears=["my number is wrong."],
        agent=Asking("cto", ["Your number?", "Noted."], then=[AskKeys(digits=4)]),
    )
    assert done.conversation[2:] == ["[keypad] 4711", "Noted."]
    assert waited[0] < 0.5


SECRET = "471108"


@dataclass
class Checking(Asking):
    """Takes the digits that it was given a reference to."""

    took: list[str | None] = field(default_factory=list)

    async def answer(self, messages: Any, **kwargs: Any) -> Analysis:
        if "secret-" in messages[-1].text:
            self.took.append(take_keys(messages[-1].text))
        return await super().answer(messages, **kwargs)


async def after_the_question(line: ScriptedLine) -> None:
    await ask(line)
    await press(line, SECRET)
    await line.wait(8)


async def over_the_question(line: ScriptedLine) -> None:
    await line.speak(1.0)
    await line.until_answered()
    await line.wait(0.2)
    await press(line, SECRET)
    await line.wait(8)


async def while_they_speak(line: ScriptedLine) -> None:
    await ask(line)
    speaking = asyncio.ensure_future(line.speak(2.5))
    await line.wait(0.3)
    await press(line, SECRET)
    await speaking
    await line.wait(8)


async def after_a_question_of_theirs(line: ScriptedLine) -> None:
    await ask(line)
    await ask(line)
    await press(line, SECRET)
    await line.wait(8)


@pytest.mark.parametrize(
    "caller", [after_the_question, over_the_question, while_they_speak, after_a_question_of_theirs]
)
def test_secret_digits_are_never_text(
    call: Any, caller: Any, spans: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "true")
    caplog.set_level(logging.DEBUG)
    audit, saver = MemoryAuditLog(), InMemorySaver()
    answers = ["Please key in the six digits of your PIN.", "It is on your card.", "Thank you."]
    asked = AskKeys(digits=6, secret=True)
    agent = Checking("cto", answers, then=[asked])
    done = call(caller, hears=["my account.", "which PIN?"], agent=agent, audit=audit, saver=saver, idle_s=60)
    assert agent.took == [SECRET]
    kept = [
        *(repr(tuple_) for tuple_ in saver.list({"configurable": {"thread_id": "call"}})),
        *(record.getMessage() for record in caplog.records),
        *(span.to_json() for span in spans.get_finished_spans()),
        *(event.model_dump_json() for event in audit.appended),
        *(message.text for messages, _ in done.agent.asked for message in messages),
        *done.said,
    ]
    assert not [text for text in kept if SECRET in text]
    assert any("[keypad] secret-" in text for text in done.conversation)
    assert done.line.keys_recorded == ""


def test_a_recording_goes_on_when_secret_keys_are_in(call: Any) -> None:
    paused: list[bool] = []

    async def caller(line: ScriptedLine) -> None:
        await after_the_question(line)
        paused.append(line.recording_paused)
        await line.wait(6)
        paused.append(line.recording_paused)

    agent = Asking("cto", ["Your PIN?", "Thank you."], then=[AskKeys(digits=6, secret=True)])
    done = call(caller, hears=["my account."], agent=agent, idle_s=60)
    assert done.line.keys_recorded == ""
    assert not paused[-1]


def test_who_says_something_in_place_of_the_keys_is_recorded_again(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet()
        await line.speak(1.0)
        await line.wait(12)
        assert line.recording_paused
        await line.wait(15)
        assert not line.recording_paused

    agent = Asking("cto", ["Your PIN?", "Fine."], then=[AskKeys(digits=6, secret=True)])
    call(caller, hears=["my account.", "I would rather not."], agent=agent, idle_s=90)


def test_a_recording_that_cannot_be_paused_is_told_of(call: Any, caplog: pytest.LogCaptureFixture) -> None:
    class Refusing(ScriptedLine):
        async def pause_recording(self, paused: bool) -> None:
            raise RecordingError("Twilio refused (400).")

    agent = Asking("cto", ["Your PIN?", "Thank you."], then=[AskKeys(digits=6, secret=True)])
    call(after_the_question, hears=["my account."], agent=agent, line=Refusing(), idle_s=60)
    assert "call call: Twilio refused (400).; secret keys may be heard in it" in caplog.messages


def test_secret_digits_are_none_before_the_question_is_whole(call: Any) -> None:
    took: list[str | None] = []

    async def desk(question: str) -> Any:
        if "secret-" in question:
            took.append(take_keys(question))
            yield "Thank you."
            return
        then(AskKeys(secret=True))
        for word in ["Please ", "key in ", "your PIN. ", "All of it, ", "and then ", "the hash key."]:
            await asyncio.sleep(1.0)
            yield word

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await press(line, f"{SECRET}#")
        await line.wait(8)

    done = call(caller, hears=["my account."], agent=as_agent(desk), idle_s=60)
    assert took == [SECRET]
    assert done.conversation[-2].startswith("[keypad] secret-")


def test_digits_that_nobody_took_are_forgotten_with_the_call(call: Any) -> None:
    agent = Asking("cto", ["Your PIN?", "Thank you."], then=[AskKeys(digits=6, secret=True)])
    done = call(after_the_question, hears=["my account."], agent=agent, idle_s=60)
    assert done.conversation[2].startswith("[keypad] secret-")
    assert take_keys(done.conversation[2]) is None


# Agents of others.


def calls(name: str, **arguments: Any) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": name, "args": arguments, "id": f"call_{name}"}])


def documented(monkeypatch: pytest.MonkeyPatch, *script: Any) -> dict[str, Any]:
    """The program in docs/own-graph.md, with a model that does as told."""
    text = (Path(__file__).parents[3] / "docs/own-graph.md").read_text("utf-8")
    (block,) = re.findall(r"<!-- test: call-control -->\n```python\n(.*?)```", text, re.DOTALL)
    theirs = ModuleType("my_project")
    theirs.__dict__.update(model=ScriptedChatModel(script=list(script)), is_pin=lambda pin: pin == "4711")
    monkeypatch.setitem(sys.modules, "my_project", theirs)
    program: dict[str, Any] = {"__name__": "program"}
    exec(compile(block, "own-graph.md", "exec", flags=0, dont_inherit=True), program)
    return {**program, "model": theirs.__dict__["model"]}


def test_a_graph_asks_for_a_pin_and_then_puts_the_caller_through(
    call: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await press(line, "4711")
        await line.wait(10)

    program = documented(monkeypatch, calls("ask_pin"), "Please key in your PIN.")
    model = program["model"]

    class Following(list[Any]):
        """Checks the reference that the model was given."""

        def __len__(self) -> int:
            return 5

        def __getitem__(self, index: Any) -> Any:
            if index == 2:
                (reference,) = re.findall("secret-[a-z]+", model.asked[-1][-1].text)
                return calls("check_pin", reference=reference)
            return [
                calls("ask_pin"),
                "Please key in your PIN.",
                None,
                calls("put_through", reason="a loan"),
                "I put you through.",
            ][index]

    model.script = Following()
    done = call(caller, hears=["I need a loan."], agent=program["desk"], transfer_to="+849")
    assert (done.line.transferred, done.line.briefed) == ("+849", "On the line: a loan")
    results = [m.text for m in model.asked[-1] if m.type == "tool"]
    assert "It is right." in results
    assert "4711" not in repr(model.asked)


def test_a_graph_hangs_up(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(20)

    program = documented(monkeypatch, calls("end_call"), "Goodbye.")
    assert call(caller, hears=["close my ticket."], agent=program["desk"]).ended == "we hung up"


def test_an_agent_within_an_agent_is_heard_too(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from langchain.agents import create_agent

    program = documented(monkeypatch)
    worker_model = ScriptedChatModel(script=[calls("put_through", reason="a loan"), "They want a loan."])
    worker = create_agent(worker_model, [program["put_through"]], name="loans")
    boss = ScriptedChatModel(script=[calls("transfer_to_loans"), "I put you through."])
    agent = as_agent(create_supervisor([worker], model=boss).compile(), name="bank")
    assert call(ask, hears=["a loan."], agent=agent, transfer_to="+849").line.transferred == "+849"


def in_a_function(_question: str) -> str:
    then(Transfer(reason="tests", to="+84111"))
    return "I put you through."


async def in_a_coroutine(_question: str) -> str:
    then(HangUp())  # the last one counts
    then(Transfer(reason="tests", to="+84111"))
    return "I put you through."


def in_a_generator(_question: str) -> Any:
    yield "I put "
    then(Transfer(reason="tests", to="+84111"))
    yield "you through."


@pytest.mark.parametrize("function", [in_a_function, in_a_coroutine, in_a_generator])
@pytest.mark.parametrize("preemptive", [False, True])
def test_functions_ask_too_also_before_the_turn_is_certain(
    call: Any, function: Any, preemptive: bool
) -> None:
    agent = as_agent(function, name="desk", repeatable=True)
    done = call(ask, hears=["the sales office, please."], agent=agent, preemptive=preemptive)
    assert done.line.transferred == "+84111"


def test_who_asks_outside_of_an_answer_is_told() -> None:
    with pytest.raises(RuntimeError, match="call it in a tool or a node"):
        then(HangUp())
