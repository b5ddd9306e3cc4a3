"""Our stages as nodes of somebody else's graph, whose state stays theirs."""

import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.types import Command

from emads_voice.graph import VoiceContext, VoiceState
from emads_voice.graph.nodes import listen, review, route, speak
from emads_voice.testing import ScriptedAgent, ScriptedRouter, ScriptedSynthesizer
from emads_voice.voice.ear import TypedEar
from emads_voice.voice.languages import ENGLISH
from emads_voice.voice.mouth import ClipMouth

CONFIG: Any = {"configurable": {"thread_id": "t"}}


class Theirs(MessagesState, total=False):
    """Keys that are called as ours are."""

    turn: str
    question: str
    route: list[str]
    reply: str
    voice: VoiceState


class Bare(MessagesState, total=False):
    """Nothing but what these nodes need."""

    voice: VoiceState


def chain(*nodes: tuple[str, Any], state: Any = Theirs) -> Any:
    graph = StateGraph(state, context_schema=VoiceContext)
    for name, run in nodes:
        graph.add_node(name, run)
    for before, after in zip(
        [START, *(name for name, _ in nodes)], [*(name for name, _ in nodes), END], strict=True
    ):
        graph.add_edge(before, after)
    return graph.compile(checkpointer=InMemorySaver())


def typed(text: str, synthesizer: ScriptedSynthesizer) -> VoiceContext:
    return VoiceContext(ear=TypedEar(text, language=ENGLISH), mouth=ClipMouth(synthesizer))


async def test_a_graph_of_ones_own_hears_and_speaks_with_keys_of_its_own() -> None:
    async def answer(state: Theirs) -> dict[str, Any]:
        return {"reply": f"You asked: {state['question']}", "turn": "mine"}

    graph = chain(("listen", listen(into="question")), ("answer", answer), ("speak", speak("reply")))
    synthesizer = ScriptedSynthesizer()
    for said in ("what time is it?", "and now?"):
        state = await graph.ainvoke({"messages": []}, CONFIG, context=typed(said, synthesizer))
    assert [text for text, _ in synthesizer.spoken] == ["You asked: what time is it?", "You asked: and now?"]
    assert (state["turn"], state["question"]) == ("mine", "and now?")
    assert state["voice"]["turn"] == 2
    assert state["voice"]["speech"]["played"] == "You asked: and now?"
    assert set(state["voice"]["timings_ms"]) == {"listen", "speak"}


async def test_the_last_ai_message_of_the_turn_is_spoken() -> None:
    def answer(state: Bare) -> dict[str, Any]:
        text = {"first?": "One.", "second?": ""}[state["messages"][-1].text]
        return {"messages": [AIMessage(text)]}

    graph = chain(("listen", listen()), ("answer", answer), ("speak", speak()), state=Bare)
    synthesizer = ScriptedSynthesizer()
    for said in ("first?", "second?"):
        state = await graph.ainvoke({"messages": []}, CONFIG, context=typed(said, synthesizer))
    assert [text for text, _ in synthesizer.spoken] == ["One."]
    assert state["voice"]["ended"] == "nothing to say"


async def test_what_was_not_heard_is_said() -> None:
    graph = chain(("listen", listen()), ("speak", speak()), state=Bare)
    synthesizer = ScriptedSynthesizer()
    await graph.ainvoke({"messages": []}, CONFIG, context=typed("", synthesizer))
    assert synthesizer.spoken[0][0] == "I did not hear anything."


async def test_a_message_that_was_interrupted_has_the_words_that_were_heard() -> None:
    class Interrupted(ClipMouth):
        async def finish(self, text: str, **more: Any) -> Any:
            await self.stop()
            return await super().finish(text, **more)

    graph = chain(
        ("answer", lambda _: {"messages": [AIMessage("A long answer.", id="theirs")]}), ("speak", speak())
    )
    context = VoiceContext(mouth=Interrupted(ScriptedSynthesizer()))
    state = await graph.ainvoke({"messages": [HumanMessage("tell me")]}, CONFIG, context=context)
    assert state["voice"]["ended"] == "barge-in"
    assert not [message for message in state["messages"] if message.text == "A long answer."]


async def test_whom_to_ask_is_chosen_among_ones_own_agents() -> None:
    agents = [ScriptedAgent("weather", []), ScriptedAgent("news", [])]
    router = ScriptedRouter([["news"]])
    graph = chain(("listen", listen()), ("choose", route(agents, router, into="route")))
    state = await graph.ainvoke({"messages": [HumanMessage("what happened?")]}, CONFIG)
    assert state["route"] == ["news"]
    assert state["voice"]["route"]["reason"] == "It is in the script."


@pytest.mark.parametrize(
    ("decision", "spoken"),
    [
        ({"type": "approve"}, ["Pay five."]),
        ({"type": "edit", "edited_action": {"name": "answer", "args": {"text": "Pay four."}}}, ["Pay four."]),
        ({"type": "reject", "message": "no"}, []),
    ],
)
async def test_a_text_is_reviewed_before_it_is_spoken(decision: dict[str, Any], spoken: list[str]) -> None:
    graph = chain(
        ("listen", listen()),
        ("answer", lambda _: {"reply": "Pay five."}),
        ("review", review("reply")),
        ("speak", speak("reply")),
    )
    synthesizer = ScriptedSynthesizer()
    waiting = await graph.ainvoke({"messages": []}, CONFIG, context=typed("what now?", synthesizer))
    (question,) = waiting["__interrupt__"]
    assert question.value["action_requests"][0]["args"] == {"text": "Pay five."}
    assert not synthesizer.spoken
    wrongs: list[Any] = ["yes", {"decisions": []}, {"decisions": [{"type": "maybe"}]}]
    for wrong in wrongs:
        waiting = await graph.ainvoke(Command(resume=wrong), CONFIG)
        assert waiting["__interrupt__"][0].value == question.value
    context = VoiceContext(mouth=ClipMouth(synthesizer))
    await graph.ainvoke(Command(resume={"decisions": [decision]}), CONFIG, context=context)
    assert [text for text, _ in synthesizer.spoken] == spoken


async def test_the_key_they_share_need_not_be_declared() -> None:
    graph = chain(
        ("listen", listen()),
        ("answer", lambda _: {"messages": [AIMessage("One.")]}),
        ("speak", speak()),
        state=MessagesState,
    )
    synthesizer = ScriptedSynthesizer()
    state = await graph.ainvoke({"messages": []}, CONFIG, context=typed("first?", synthesizer))
    assert [text for text, _ in synthesizer.spoken] == ["One."]
    assert set(state) == {"messages"}


async def test_the_documents_program_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (Path(__file__).parents[2] / "docs/own-graph.md").read_text("utf-8")
    blocks = re.findall(r"<!-- test: own-graph -->\n```python\n(.*?)```", text, re.DOTALL)
    theirs = ModuleType("my_project")
    theirs.__dict__["agents"] = [ScriptedAgent("cto", ["It is noon."])]
    monkeypatch.setitem(sys.modules, "my_project", theirs)
    program: dict[str, Any] = {"__name__": "program"}
    exec(compile("\n".join(blocks), "own-graph.md", "exec", flags=0, dont_inherit=True), program)
    whole = await program["graph"].ainvoke({"messages": [HumanMessage("what time is it?")]})
    assert [message.text for message in whole["messages"]] == ["what time is it?", "It is noon."]
    mine = program["mine"].compile(checkpointer=InMemorySaver())
    synthesizer = ScriptedSynthesizer()
    await mine.ainvoke({"messages": []}, CONFIG, context=typed("what time is it?", synthesizer))
    approved: Command[Any] = Command(resume={"decisions": [{"type": "approve"}]})
    await mine.ainvoke(approved, CONFIG, context=VoiceContext(mouth=ClipMouth(synthesizer)))
    assert [text for text, _ in synthesizer.spoken] == ["You asked: what time is it?"]
