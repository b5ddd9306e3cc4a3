"""Turns run on graphs of other people's: made of our stages, or with a voice graph in them."""

import itertools
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.types import interrupt

from emads_voice import SilentMouth, TypedEar, VoiceContext, create_voice_graph, run_turn
from emads_voice.agents.forms import Analysis
from emads_voice.channels import turn as turns
from emads_voice.graph import VoiceState
from emads_voice.graph.nodes import listen, review, speak
from emads_voice.observability import AuditEvent
from emads_voice.testing import MemoryAuditLog, ScriptedAgent
from emads_voice.voice.languages import ENGLISH
from emads_voice.voice.recognizer import Transcript


class Plain(MessagesState, total=False):
    """A state of theirs; ``turn`` and ``answer`` are their words for other things."""

    question: str
    reply: str
    turn: str


class Declared(Plain, total=False):
    """The same, with what our nodes keep."""

    voice: VoiceState


class Asks(ScriptedAgent):
    """Asks the caller something before it answers."""

    async def answer(self, messages: Any, **_: Any) -> Analysis:
        self.asked.append((list(messages), ""))
        return Analysis(answer=f"Got {interrupt('Which size?')}.", agent=self.name)


class Hears:
    """An ear that says how often it was asked."""

    def __init__(self, text: str) -> None:
        self.text, self.times = text, 0

    async def hear(self) -> Transcript:
        self.times += 1
        return Transcript(self.text, ENGLISH, 1.5, "scripted")


def typed(text: str) -> VoiceContext:
    return VoiceContext(ear=TypedEar(text, language=ENGLISH), mouth=SilentMouth())


def of_stages(state: Any = Plain, *, reviewed: bool = False) -> Any:
    async def answer(state: Plain) -> dict[str, Any]:
        return {"reply": f"You asked: {state['question']}", "turn": "theirs"}

    graph = StateGraph(state, context_schema=VoiceContext)
    graph.add_node("hear", listen(into="question"))
    graph.add_node("think", answer)
    graph.add_node("check", review("reply", description="say this to the caller"))
    graph.add_node("say", speak("reply"))
    order = [START, "hear", "think", *(["check"] if reviewed else []), "say", END]
    for before, after in itertools.pairwise(order):
        graph.add_edge(before, after)
    return graph.compile(checkpointer=InMemorySaver())


def around(*nodes: tuple[str, Any], state: Any = MessagesState) -> Any:
    graph = StateGraph(state, context_schema=VoiceContext)
    order = [START, *(name for name, _ in nodes), END]
    for name, node in nodes:
        graph.add_node(name, node)
    for before, after in itertools.pairwise(order):
        graph.add_edge(before, after)
    return graph.compile(checkpointer=InMemorySaver())


def voice(*answers: str, kept: bool | None = None) -> Any:
    return create_voice_graph([ScriptedAgent("cto", list(answers))]).compile(checkpointer=kept)


def texts(turn: Any) -> list[str]:
    return [message.text for message in turn.state["messages"]]


@pytest.mark.parametrize("state", [Plain, Declared])
async def test_what_stages_answer_is_the_turns_answer(state: Any) -> None:
    graph = of_stages(state)
    told: list[str] = []
    for number, question in enumerate(("one?", "two?"), 1):
        turn = await run_turn(
            graph, typed(question), thread_id="t", on_progress=lambda stage, _: told.append(stage)
        )
        assert turn.answer == f"You asked: {question}"
        assert (turn.state["turn"], turn.state["ended"]) == (number, "answered")
        assert turn.speech
        assert turn.speech["played"] == turn.answer
    assert texts(turn) == ["one?", "You asked: one?", "two?", "You asked: two?"]
    assert told == ["listen", "speak"] * 2
    theirs = (await graph.aget_state({"configurable": {"thread_id": "t"}})).values
    assert (theirs["turn"], theirs["question"], theirs["reply"]) == ("theirs", "two?", "You asked: two?")


@pytest.mark.parametrize("state", [Plain, Declared])
@pytest.mark.parametrize(("says", "answer"), [("yes", "You asked: one?"), ("no", None)])
async def test_a_review_in_a_graph_of_stages_is_asked_and_answered(
    state: Any, says: str, answer: str | None
) -> None:
    graph = of_stages(state, reviewed=True)
    asked = await run_turn(graph, typed("one?"), thread_id="t")
    assert (asked.answer, len(asked.interrupts)) == (None, 1)
    unclear = await run_turn(graph, typed("what is that?"), thread_id="t")
    assert (unclear.answer, unclear.interrupts) == (None, asked.interrupts)
    done = await run_turn(graph, typed(says), thread_id="t")
    assert (done.answer, done.interrupts) == (answer, ())
    assert texts(done) == ["one?", asked.asked, says, *([answer] if answer else [])]
    again = await run_turn(graph, typed("two?"), thread_id="t")
    assert (again.answer, len(again.interrupts)) == (None, 1)


async def test_what_a_caller_says_to_a_review_is_recorded_once() -> None:
    class Log(MemoryAuditLog):
        async def append(self, event: AuditEvent) -> None:
            kept.append((event.turn, event.text))

    kept: list[tuple[int, str]] = []
    stages = [
        ("hear", listen(audit=Log())),
        ("think", lambda _: {"reply": "Yes."}),
        ("check", review("reply", audit=Log())),
        ("say", speak("reply")),
    ]
    graph = around(*stages, state=Plain)
    for said in ("one?", "hm, what?", "yes please"):
        turn = await run_turn(graph, typed(said), thread_id="t")
    assert turn.answer == "Yes."
    assert kept == [(1, "one?"), (1, "yes please")]


async def test_silence_is_told_by_a_graph_of_stages_and_old_words_are_not_answered() -> None:
    graph = around(("hear", listen()), ("say", speak()))
    await run_turn(graph, typed("one?"), thread_id="t")
    silent = await run_turn(graph, typed(""), thread_id="t")
    assert silent.answer == "I did not hear anything. Please say that again."
    nested = around(("voice", voice("One.")))
    await run_turn(nested, typed("one?"), thread_id="t")
    silent = await run_turn(nested, typed(""), thread_id="t")
    assert silent.answer == "I did not hear anything. Please say that again."
    assert texts(silent) == ["one?", "One.", "I did not hear anything. Please say that again."]


async def test_a_graph_may_speak_several_times_in_a_turn() -> None:
    graph = around(
        ("hear", listen()),
        ("wait", lambda _: {"note": "One moment."}),
        ("say", speak("note")),
        ("think", lambda _: {"reply": "It is noon."}),
        ("answer", speak("reply")),
        state=type("Two", (MessagesState,), {"__annotations__": {"note": str, "reply": str}}),
    )
    for _ in range(2):
        turn = await run_turn(graph, typed("what time is it?"), thread_id="t")
        assert turn.answer == "One moment.\nIt is noon."
    assert texts(turn) == ["what time is it?", "One moment.", "It is noon."] * 2


@pytest.mark.parametrize("kept", [None, True])
async def test_a_voice_graph_that_is_a_node_gives_the_turns_answer(kept: bool | None) -> None:
    graph = around(
        ("before", lambda _: {"messages": [AIMessage("Routing…")]}),
        ("voice", voice("One.", "Two.", kept=kept)),
        ("after", lambda _: {"messages": [AIMessage("Archived.")]}),
    )
    for question, answer in (("one?", "One."), ("two?", "Two.")):
        ear = Hears(question)
        turn = await run_turn(graph, VoiceContext(ear=ear, mouth=SilentMouth()), thread_id="t")
        assert (turn.answer, turn.state["ended"], ear.times) == (answer, "answered", 1)
        assert turn.heard == turn.state["transcript"]
        assert turn.state["transcript"]
        assert turn.state["transcript"]["duration_s"] == 1.5
    assert texts(turn) == ["one?", "Routing…", "One.", "Archived.", "two?", "Routing…", "Two.", "Archived."]


async def test_what_an_agent_in_a_node_asks_is_answered_by_the_caller() -> None:
    agent = Asks("shop", [])
    graph = around(("inner", around(("voice", create_voice_graph([agent]).compile()))))
    for _ in range(2):
        asked = await run_turn(graph, typed("a shirt please"), thread_id="t")
        assert (asked.answer, asked.asked, asked.state["language"]) == (None, "Which size?", "English")
        done = await run_turn(graph, typed("large"), thread_id="t")
        assert (done.answer, done.interrupts) == ("Got large.", ())
    assert texts(done) == ["a shirt please", "Which size?", "large", "Got large."] * 2
    assert [m.text for m in agent.asked[1][0]] == ["a shirt please"], "it sees the same as before"


async def test_another_nodes_question_is_asked_too() -> None:
    def follow_up(state: MessagesState) -> dict[str, Any]:
        return {"messages": [HumanMessage(f"More about {state['messages'][0].text}")]}

    agent = ScriptedAgent("cto", ["One.", "More."])
    inner = create_voice_graph([agent]).compile()
    turn = await run_turn(
        around(("first", inner), ("ask", follow_up), ("second", inner)), typed("one?"), thread_id="t"
    )
    assert texts(turn) == ["one?", "One.", "More about one?", "More."]
    assert turn.answer == "One.\nMore."


@pytest.mark.parametrize(
    "make", [of_stages, lambda: around(("before", lambda _: {}), ("voice", voice("A.", "B.")))]
)
async def test_what_is_said_between_turns_is_added_to_the_conversation(make: Any) -> None:
    graph = make()
    await run_turn(graph, typed("one?"), thread_id="t")
    left = [HumanMessage("Tell them.", id="m"), AIMessage("I shall.", id="c")]
    assert await turns.add_messages(graph, "t", left)
    turn = await run_turn(graph, typed("two?"), thread_id="t")
    assert texts(turn)[2:5] == ["Tell them.", "I shall.", "two?"]
    assert turn.answer in ("B.", "You asked: two?")


async def test_a_graph_in_which_nothing_hears_is_refused() -> None:
    deaf = around(("answer", lambda _: {"messages": [AIMessage("One.")]}))
    with pytest.raises(ValueError, match=r"Nothing in this graph hears: .* as_agent\(graph\)"):
        await run_turn(deaf, typed("one?"), thread_id="t")
