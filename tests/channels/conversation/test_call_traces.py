"""The traces a call leaves: one for each turn, with the recognition that was used and every sentence spoken."""

import time
from typing import Any

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from emads_voice.observability import span
from emads_voice.testing import ScriptedAgent, ScriptedLine
from emads_voice.voice.languages import ENGLISH
from emads_voice.voice.recognizer import Transcript

TURN = "invoke_agent voice"


def traces(spans: InMemorySpanExporter) -> list[list[ReadableSpan]]:
    """The spans of each trace, in the order the traces began."""
    found: dict[int, list[ReadableSpan]] = {}
    for each in sorted(spans.get_finished_spans(), key=lambda each: each.start_time or 0):
        assert each.context
        found.setdefault(each.context.trace_id, []).append(each)
    return list(found.values())


def turns(spans: InMemorySpanExporter) -> list[list[ReadableSpan]]:
    return [trace for trace in traces(spans) if any(span.name == TURN for span in trace)]


def named(trace: list[ReadableSpan], name: str) -> list[ReadableSpan]:
    return [span for span in trace if span.name.startswith(name)]


def parent(trace: list[ReadableSpan], span: ReadableSpan) -> str:
    assert span.parent
    return next(each.name for each in trace if each.context and each.context.span_id == span.parent.span_id)


async def asks_twice(line: ScriptedLine) -> None:
    for _ in range(2):
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet()


def test_each_turn_is_one_trace_with_what_was_heard_and_said(call: Any, spans: InMemorySpanExporter) -> None:
    transcript = Transcript("one?", ENGLISH, 1.4, "second:model", audio_sha256="abc")
    began_ns = time.time_ns()
    with span("the call's socket"):  # as a web framework's that lasts as long as the call
        call(asks_twice, hears=[transcript, "two?"], answers=["First answer. And more.", "Second."])
    first, second = turns(spans)
    assert len(traces(spans)) == 3
    assert [named(trace, TURN)[0].parent for trace in (first, second)] == [None, None]

    (hearing,) = named(first, "speech_to_text")
    assert parent(first, hearing) == "invoke_agent voice"
    assert hearing.name == "speech_to_text second:model"
    assert hearing.attributes is not None
    assert hearing.attributes["gen_ai.request.model"] == "model"
    assert hearing.attributes["emads_voice.audio.sha256"] == "abc"
    assert hearing.start_time
    assert hearing.end_time
    (listening,) = named(first, "listen")
    assert began_ns <= hearing.start_time <= hearing.end_time <= (listening.start_time or 0)

    assert [len(named(trace, "text_to_speech scripted:synthesizer")) for trace in (first, second)] == [2, 1]
    assert {parent(first, span) for span in named(first, "text_to_speech")} <= {"speak", "invoke_agent cto"}


def test_recognitions_that_were_thrown_away_leave_no_span(call: Any, spans: InMemorySpanExporter) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(0.8)
        await line.wait(0.3)  # long enough to be recognised, too short to be the end
        await line.speak(0.8)
        await line.until_answered()
        await line.until_quiet()

    done = call(caller, hears=["i would like", "i would like to know."], answers=["Of course."])
    assert len(done.recognizer.asked) == 2
    assert [len(named(trace, "speech_to_text")) for trace in traces(spans)] == [1]


def test_keys_are_not_recognised(call: Any, spans: InMemorySpanExporter) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.wait(0.2)
        line.press("#")
        await line.until_answered()
        await line.until_quiet()

    call(caller, answers=["You pressed hash."])
    (trace,) = turns(spans)
    assert named(trace, "speech_to_text") == []
    assert len(named(trace, "text_to_speech")) == 1


def test_an_interrupted_turn_is_whole_and_no_failure(call: Any, spans: InMemorySpanExporter) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(0.5)
        await line.speak(1.0)
        await line.until_quiet(3)

    answers = ["This goes on for a long time. And on. And on. And on. And on.", "I stopped."]
    call(caller, hears=["one?", "the third one please."], answers=answers)
    first, second = turns(spans)
    for trace in (first, second):
        assert len(named(trace, "speech_to_text")) == len(named(trace, TURN)) == 1
        assert named(trace, "text_to_speech")
        assert not [span.name for span in trace if "error.type" in (span.attributes or {})]


def test_phrases_between_turns_belong_to_the_conversation(call: Any, spans: InMemorySpanExporter) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()

    call(caller, opening="greeting")
    (trace,) = traces(spans)
    assert [(span.name, span.parent is None) for span in trace] == [
        ("say greeting", True), *[("text_to_speech scripted:synthesizer", False)] * (len(trace) - 1)
    ]  # fmt: skip
    assert trace[0].attributes == {"gen_ai.conversation.id": "call"}


def test_a_turn_points_to_what_was_worked_out_ahead(call: Any, spans: InMemorySpanExporter) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet()

    call(caller, hears=["one?"], agent=ScriptedAgent("cto", ["An answer."], repeatable=True), preemptive=True)
    (turn,) = turns(spans)
    (preemptive,) = (span for span in spans.get_finished_spans() if span.name == "preemptive_generation")
    linked = [span.name for span in turn if [link.context for link in span.links] == [preemptive.context]]
    assert sorted(linked) == ["invoke_agent cto", "text_to_speech scripted:synthesizer"]
