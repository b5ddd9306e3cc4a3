"""The graph with scripted ears, agents and mouths: who is asked, what is spoken, what is remembered."""

import asyncio
import base64
import json
import re
from typing import Any

import numpy as np
import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from emads_voice.agents.errors import ModelError
from emads_voice.agents.forms import Analysis, CostEstimate, Option
from emads_voice.channels.turn import run_turn
from emads_voice.graph import VoiceContext, create_voice_graph
from emads_voice.observability import AuditError, AuditEvent
from emads_voice.testing import (
    MemoryAuditLog,
    ScriptedAgent,
    ScriptedRecognizer,
    ScriptedRouter,
    ScriptedSynthesizer,
)
from emads_voice.voice.ear import ClipEar, TypedEar
from emads_voice.voice.errors import AudioError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, find_language
from emads_voice.voice.mouth import ClipMouth, SilentMouth
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.text.reading import read_aloud

TONE = Audio((0.1 * np.sin(np.arange(16000) / 10)).astype(np.float32), 16000)


class KeptLog(MemoryAuditLog):
    """An audit log in memory that remembers what had been answered when each record came."""

    def __init__(self, agents: list[ScriptedAgent]) -> None:
        super().__init__()
        self._agents = agents

    async def append(self, event: AuditEvent) -> None:
        await asyncio.sleep(0)  # a disk takes a moment
        await super().append(event)


def transcript(text: str, language: Any = ENGLISH) -> Transcript:
    return Transcript(text, language if text else None, 1.0, "scripted:ear", audio_sha256="ab" * 32)


def build(*agents: ScriptedAgent, route: list[list[str]] | None = None, **options: Any) -> Any:
    router = ScriptedRouter(route or [[agent.name for agent in agents]])
    return create_voice_graph(agents, router=router, **options).compile(checkpointer=InMemorySaver())


def typed(text: str, **context: Any) -> VoiceContext:
    return VoiceContext(ear=TypedEar(text, language=ENGLISH), **context)


async def test_one_agent_alone_is_spoken_while_it_is_generated() -> None:
    synthesizer = ScriptedSynthesizer()
    mouth = ClipMouth(synthesizer)
    agent = ScriptedAgent("cto", ["The first sentence is here. The second one follows it."])
    graph = build(agent)
    turn = await run_turn(
        graph,
        VoiceContext(ear=ClipEar(ScriptedRecognizer([transcript("why?")]), TONE), mouth=mouth),
        thread_id="t",
    )
    assert turn.answer == "The first sentence is here. The second one follows it."
    assert [text for text, _ in synthesizer.spoken] == [
        "The first sentence is here.",
        "The second one follows it.",
    ]
    assert turn.state["speech"]
    assert turn.state["speech"]["played"] == turn.answer
    assert mouth.audio is not None
    assert turn.state["speech"]
    assert mouth.audio.duration_s == pytest.approx(turn.state["speech"]["duration_s"], abs=0.01)
    assert turn.first_audio_ms is not None
    assert turn.first_audio_ms <= turn.took_ms
    assert turn.state["decision"] is None


async def test_an_answer_that_can_only_be_looked_at_is_said_to_be_there() -> None:
    synthesizer = ScriptedSynthesizer()
    code = '```json\n{"status": "open"}\n```'
    turn = await run_turn(
        build(ScriptedAgent("cto", [code])), typed("status?", mouth=ClipMouth(synthesizer)), thread_id="t"
    )
    assert [text for text, _ in synthesizer.spoken] == [
        "The answer is something to look at, which cannot be read aloud.",
        "You can ask me to put it into words.",
    ]
    assert turn.state["messages"][-1].text == code, "what the conversation keeps is the answer"


async def test_what_one_agent_proposes_is_heard_at_once_and_then_what_it_costs_and_who_decides() -> None:
    synthesizer = ScriptedSynthesizer()
    proposal = Analysis(
        answer="Buy the vans today. They are cheap.",
        agent="coo",
        kind="proposal",
        options=[Option(name="Buy vans", cost=CostEstimate(one_time=20_000, monthly=0))],
        recommendation="Buy vans",
        confidence=0.8,
    )
    turn = await run_turn(
        build(ScriptedAgent("coo", [proposal])), typed("vans?", mouth=ClipMouth(synthesizer)), thread_id="t"
    )
    spoken = [text for text, _ in synthesizer.spoken]
    assert spoken[:2] == ["Buy the vans today.", "They are cheap."]
    assert spoken[2:5] == [
        "The complexity is high.",
        "The risk is low, and it costs twenty thousand dollars once.",
        "This is only a proposal: the COO decides.",
    ]
    assert turn.state["decision"]
    assert turn.state["decision"]["recommended"] == ["Buy vans"]
    assert turn.state["decision"]
    assert {reason["rule"] for reason in turn.state["decision"]["escalation_reasons"]} >= {
        "budget",
        "incomplete",
    }
    last = turn.state["messages"][-1]
    assert (last.text, last.name) == (turn.answer, "coo")


async def test_facts_of_several_agents_are_told_and_nothing_is_decided() -> None:
    facts = [Analysis(answer=f"Fact of {name}.", agent=name, kind="fact") for name in ("cto", "coo")]
    turn = await run_turn(
        build(ScriptedAgent("cto", facts[:1]), ScriptedAgent("coo", facts[1:])),
        typed("what is it?"),
        thread_id="t",
    )
    assert turn.answer == "The COO says: Fact of coo. The CTO says: Fact of cto."
    assert turn.state["decision"] is None


async def test_what_is_nobodys_subject_is_escalated_to_a_person() -> None:
    turn = await run_turn(
        build(ScriptedAgent("cto", []), ScriptedAgent("coo", []), route=[[]]), typed("rain?"), thread_id="t"
    )
    assert turn.answer
    assert "a person has to look at it" in turn.answer
    assert turn.state["decision"]
    assert [reason["rule"] for reason in turn.state["decision"]["escalation_reasons"]] == ["unknown_domain"]


async def test_an_agent_that_fails_alone_only_apologises() -> None:
    turn = await run_turn(build(ScriptedAgent("cto", [ModelError("Down.")])), typed("why?"), thread_id="t")
    assert turn.state["ended"] == "failed"
    assert turn.state["decision"] is None
    assert turn.answer
    assert turn.answer.startswith("I am sorry")


async def test_several_agents_meet_in_reconcile_and_say_nothing_themselves() -> None:
    synthesizer = ScriptedSynthesizer()
    options = [Option(name="Buy"), Option(name="Build")]
    cto = ScriptedAgent(
        "cto", [Analysis(answer="Secret A.", agent="cto", options=options, recommendation="Build")]
    )
    coo = ScriptedAgent(
        "coo", [Analysis(answer="Secret B.", agent="coo", options=options, recommendation="Buy")]
    )
    turn = await run_turn(
        build(cto, coo), typed("buy or build?", mouth=ClipMouth(synthesizer)), thread_id="t"
    )
    assert set(turn.state["analyses"]) == {"cto", "coo"}
    assert turn.state["decision"]
    assert turn.state["decision"]["conflicts"]
    assert turn.state["decision"]
    assert {option["name"] for option in turn.state["decision"]["options"]} == {"Buy", "Build"}
    spoken = " ".join(text for text, _ in synthesizer.spoken)
    assert "Secret" not in spoken
    assert spoken == read_aloud(turn.answer or "", ENGLISH)


async def test_state_is_json_and_never_holds_sound() -> None:
    graph = build(ScriptedAgent("cto", ["Yes."]))
    context = VoiceContext(
        ear=ClipEar(ScriptedRecognizer([transcript("may I?")]), TONE), mouth=ClipMouth(ScriptedSynthesizer())
    )
    turn = await run_turn(graph, context, thread_id="t")
    state = {key: value for key, value in turn.state.items() if key != "messages"}
    assert len(json.dumps(state)) < 5000
    history = [each async for each in graph.aget_state_history({"configurable": {"thread_id": "t"}})]
    assert len(history) > 3
    assert all(len(str(snapshot.values)) < 10_000 for snapshot in history)
    transcript_state = dict(turn.state["transcript"] or {})
    assert transcript_state.pop("took_ms") == pytest.approx(0, abs=1000)
    assert transcript_state == {
        "text": "may I?", "language": "English", "language_code": "en", "duration_s": 1.0,
        "model": "scripted:ear", "audio_sha256": "ab" * 32,
    }  # fmt: skip


async def test_messages_keep_their_ids_and_the_conversation_goes_on() -> None:
    agent = ScriptedAgent("cto", ["One.", "Two."])
    graph = build(agent)
    first = await run_turn(graph, typed("first?"), thread_id="t")
    turn = await run_turn(graph, typed("and then?"), thread_id="t")
    one, two = first.state["turn_id"], turn.state["turn_id"]
    assert one != two
    assert [(type(m), m.id, m.text) for m in turn.state["messages"]] == [
        (HumanMessage, f"{one}-question", "first?"),
        (AIMessage, f"{one}-answer", "One."),
        (HumanMessage, f"{two}-question", "and then?"),
        (AIMessage, f"{two}-answer", "Two."),
    ]
    conversation, language = agent.asked[1]
    assert [message.text for message in conversation] == ["first?", "One.", "and then?"]
    assert language == "English"


async def test_nothing_of_the_last_turn_leaks_into_the_next() -> None:
    cto, coo = ScriptedAgent("cto", ["A."]), ScriptedAgent("coo", ["B.", "C."])
    graph = build(cto, coo, route=[["cto", "coo"], ["coo"]])
    first = await run_turn(graph, typed("both?"), thread_id="t")
    second = await run_turn(graph, typed("only you?"), thread_id="t")
    assert set(first.state["timings_ms"]) == {"listen", "route", "cto", "coo", "reconcile", "speak"}
    assert set(second.state["analyses"]) == {"coo"}
    assert second.state["decision"] is None
    assert set(second.state["timings_ms"]) == {"listen", "route", "coo", "speak"}
    traces = [turn.state["trace"].split("-")[1] for turn in (first, second)]
    assert all(re.fullmatch("[0-9a-f]{32}", trace) for trace in traces)
    assert traces[0] != traces[1]


async def test_silence_is_answered_by_saying_so_and_asks_nobody() -> None:
    agent = ScriptedAgent("cto", [])
    log = KeptLog([agent])
    graph = build(agent, audit=log)
    context = VoiceContext(
        ear=ClipEar(ScriptedRecognizer([transcript("")]), TONE), mouth=ClipMouth(ScriptedSynthesizer())
    )
    turn = await run_turn(graph, context, thread_id="t")
    assert turn.answer
    assert turn.answer.startswith("I did not hear anything")
    assert turn.state["transcript"]
    assert turn.state["transcript"]["text"] == ""
    assert turn.state["route"] is None
    assert [event.text for event in log.appended] == [""]
    assert not any(isinstance(message, HumanMessage) for message in turn.state["messages"])


async def test_silence_in_a_vietnamese_conversation_is_answered_in_vietnamese() -> None:
    synthesizer = ScriptedSynthesizer()
    graph = build(ScriptedAgent("cto", ["Vâng, được ạ."]))
    ears = ScriptedRecognizer([transcript("được không?", VIETNAMESE), transcript("")])
    for _ in range(2):
        turn = await run_turn(
            graph, VoiceContext(ear=ClipEar(ears, TONE), mouth=ClipMouth(synthesizer)), thread_id="t"
        )
    assert turn.answer
    assert turn.answer.startswith("Tôi chưa nghe thấy gì")
    assert {language for _, language in synthesizer.spoken} == {VIETNAMESE}


async def test_an_english_answer_to_a_vietnamese_caller_gets_an_english_voice() -> None:
    synthesizer = ScriptedSynthesizer()
    graph = build(ScriptedAgent("cto", ["The handbook says nothing about this subject at all."]))
    context = VoiceContext(
        ear=TypedEar("việc này thế nào?", language=VIETNAMESE), mouth=ClipMouth(synthesizer)
    )
    turn = await run_turn(graph, context, thread_id="t")
    assert {language for _, language in synthesizer.spoken} == {ENGLISH}
    assert turn.state["language"] == "Vietnamese"


async def test_a_question_for_nobody_is_answered_with_who_can_be_asked() -> None:
    graph = build(ScriptedAgent("cto", []), ScriptedAgent("coo", []), route=[[]])
    turn = await run_turn(graph, typed("will it rain?"), thread_id="t")
    assert turn.answer
    assert "CTO, COO" in turn.answer
    assert turn.state["route"] == {"agents": [], "reason": "It is in the script.", "scores": {}, "asks": []}


async def test_who_can_be_asked_is_told_as_the_caller_lists_things() -> None:
    graph = build(ScriptedAgent("cto", []), ScriptedAgent("support", []), route=[[]])
    context = VoiceContext(ear=TypedEar("会下雨吗？", language=find_language("zh")), mouth=SilentMouth())
    turn = await run_turn(graph, context, thread_id="t")
    assert turn.answer == "这里没有人能回答这个问题，需要由专人处理。您可以向他们提问：CTO、support。"


async def test_the_context_restricts_who_is_asked() -> None:
    cto, coo = ScriptedAgent("cto", []), ScriptedAgent("coo", ["Mine."])
    turn = await run_turn(build(cto, coo), typed("you?", agents=["coo"]), thread_id="t")
    assert turn.state["route"]
    assert turn.state["route"]["agents"] == ["coo"]


async def test_an_agent_that_fails_apologises_and_spares_the_others() -> None:
    cto, coo = ScriptedAgent("cto", [ModelError("The model is down.")]), ScriptedAgent("coo", ["B."])
    turn = await run_turn(build(cto, coo), typed("both?"), thread_id="t")
    assert turn.degraded == ["The model is down."]
    assert turn.state["decision"] is None, "nothing was proposed"
    assert turn.answer == (
        "The COO says: B. The CTO says: I am sorry, I cannot answer at the moment. "
        "Please try again in a little while."
    )
    assert turn.state["ended"] == "answered"


async def test_what_one_proposes_is_decided_without_the_one_that_fails() -> None:
    proposal = Analysis(answer="Buy it.", agent="coo", kind="proposal", recommendation="buy")
    cto, coo = ScriptedAgent("cto", [ModelError("The model is down.")]), ScriptedAgent("coo", [proposal])
    turn = await run_turn(build(cto, coo), typed("both?"), thread_id="t")
    assert turn.state["decision"]
    assert turn.state["decision"]["escalate"], "half of what was asked is missing"


@pytest.mark.parametrize("together", [False, True])
async def test_an_agent_that_cancels_itself_has_failed(together: bool) -> None:
    class Cancels(ScriptedAgent):
        async def answer(self, *_: Any, **__: Any) -> Analysis:
            waiting = asyncio.create_task(asyncio.Event().wait())
            waiting.cancel()
            await waiting
            raise AssertionError

    agents = [Cancels("cto", []), *([ScriptedAgent("coo", ["B."])] if together else [])]
    turn = await run_turn(build(*agents), typed("both?"), thread_id="t")
    assert turn.state["failures"] == {"cto": "CTO failed (CancelledError); the log has the traceback."}
    assert turn.failed is not together


async def test_a_turn_that_is_cancelled_is_no_failure() -> None:
    class Waits(ScriptedAgent):
        async def answer(self, *_: Any, **__: Any) -> Analysis:
            began.set()
            await asyncio.Event().wait()
            raise AssertionError

    began = asyncio.Event()
    running = asyncio.create_task(run_turn(build(Waits("cto", [])), typed("one?"), thread_id="t"))
    await began.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_the_record_is_kept_before_anyone_is_asked_and_its_text_is_redacted() -> None:
    agent = ScriptedAgent("cto", ["Yes."])
    log = KeptLog([agent])
    graph = build(agent, audit=log)
    await run_turn(graph, typed("call 0912 345 678?"), thread_id="call-7")
    (event,) = log.appended
    assert (event.thread_id, event.turn, event.text, event.model) == ("call-7", 1, "call [phone]?", "typed")


async def test_what_cannot_be_recorded_is_not_answered() -> None:
    agent = ScriptedAgent("cto", ["Yes."])
    with pytest.raises(AuditError, match="disk is full"):
        await run_turn(
            build(agent, audit=MemoryAuditLog("The disk is full.")), typed("may I?"), thread_id="t"
        )
    assert agent.asked == []


async def test_a_turn_is_one_trace_with_a_span_for_every_stage(spans: InMemorySpanExporter) -> None:
    graph = build(ScriptedAgent("cto", ["A."]), ScriptedAgent("coo", ["B."]))
    context = VoiceContext(
        ear=ClipEar(ScriptedRecognizer([transcript("both?")]), TONE), mouth=ClipMouth(ScriptedSynthesizer())
    )
    turn = await run_turn(graph, context, thread_id="t")
    done = spans.get_finished_spans()
    assert {
        "invoke_agent voice",
        "listen",
        "route",
        "invoke_agent cto",
        "invoke_agent coo",
        "reconcile",
        "speak",
    } <= {span.name for span in done}
    assert any(span.name.startswith("speech_to_text") for span in done)
    assert any(span.name.startswith("text_to_speech") for span in done)
    assert len({span.context.trace_id for span in done}) == 1
    assert turn.state["trace"].split("-")[1] == format(done[0].context.trace_id, "032x")
    assert "both?" not in "".join(span.to_json() for span in done)


async def test_without_an_outer_span_the_stages_still_share_a_trace(spans: InMemorySpanExporter) -> None:
    graph = build(ScriptedAgent("cto", ["A."]))
    config = {"configurable": {"thread_id": "t"}}
    await graph.ainvoke({"messages": [HumanMessage("is it there?")]}, config)
    stages = [
        span for span in spans.get_finished_spans() if span.name in {"listen", "invoke_agent cto", "speak"}
    ]
    assert len(stages) == 3
    assert len({span.context.trace_id for span in stages}) == 1


async def test_a_recording_in_a_message_is_replaced_by_what_was_said() -> None:
    block = {"type": "audio", "base64": base64.b64encode(TONE.to_wav()).decode(), "mime_type": "audio/wav"}
    recognizer = ScriptedRecognizer([transcript("from a block")])
    graph = build(ScriptedAgent("cto", ["Yes."]), recognizer=recognizer)
    state = await graph.ainvoke(
        {"messages": [HumanMessage([block], id="mine")]}, {"configurable": {"thread_id": "t"}}
    )
    assert [(m.id, m.text) for m in state["messages"]] == [
        ("mine", "from a block"),
        (f"{state['turn_id']}-answer", "Yes."),
    ]
    assert state["speech"]["duration_s"] == 0


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ([{"type": "audio", "base64": "not base64!", "mime_type": "audio/wav"}], "damaged"),
        ([{"type": "audio", "url": "https://example.com/a.wav", "mime_type": "audio/wav"}], "not fetched"),
        ([{"type": "audio", "base64": "AAAA", "mime_type": "audio/wav"}], "no recording"),
    ],
)
async def test_a_recording_in_a_message_that_cannot_be_used_is_explained(
    content: list[Any], complaint: str
) -> None:
    graph = build(ScriptedAgent("cto", []), recognizer=ScriptedRecognizer([]))
    with pytest.raises(AudioError, match=complaint):
        await graph.ainvoke({"messages": [HumanMessage(content)]}, {"configurable": {"thread_id": "t"}})


async def test_nothing_to_listen_to_is_explained() -> None:
    with pytest.raises(AudioError, match="pass an ear"):
        await run_turn(build(ScriptedAgent("cto", [])), VoiceContext(), thread_id="t")


@pytest.mark.parametrize("names", [[], ["speak"], ["cto", "cto"]])
def test_names_that_cannot_be_nodes_are_refused(names: list[str]) -> None:
    with pytest.raises(ValueError, match="agent|Agent"):
        create_voice_graph([ScriptedAgent(name, []) for name in names])


def test_the_context_form_shows_choices_and_hides_what_is_live() -> None:
    schema = build(ScriptedAgent("cto", [])).get_context_jsonschema()
    assert set(schema["properties"]) == {"language", "agents", "hotwords"}
    assert all("description" in field for field in schema["properties"].values())


def test_the_state_schema_shows_the_forms() -> None:
    schema = json.dumps(build(ScriptedAgent("cto", [])).get_output_jsonschema())
    for field in ("alignment_okr", "escalation_reasons", "language_code", "interrupted"):
        assert field in schema


def test_a_typed_name_does_not_change_the_language_of_the_thread() -> None:
    agent = ScriptedAgent("cto", ["It is sunny.", "There too.", "Vâng."])
    graph = create_voice_graph([agent], router=ScriptedRouter([["cto"]] * 3)).compile(
        checkpointer=InMemorySaver()
    )
    for text in ("What is the weather in Hanoi?", "And Da Nang?", "Thời tiết ở Huế thế nào?"):
        asyncio.run(run_turn(graph, VoiceContext(ear=TypedEar(text)), thread_id="weather"))
    assert [language for _, language in agent.asked] == ["English", "English", "Vietnamese"]
