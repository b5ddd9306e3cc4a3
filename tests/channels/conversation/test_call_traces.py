"""The traces a call leaves: one for each turn, with the recognition that was used and every sentence spoken."""

import time
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from emads_voice.graph import VoiceContext
from emads_voice.observability import attributes, span
from emads_voice.testing import ScriptedAgent, ScriptedLine, ScriptedRecognizer
from emads_voice.voice.errors import RecognitionError
from emads_voice.voice.languages import ENGLISH
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.recognizers.fallback import FallbackRecognizer

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
    assert len(traces(spans)) == 4, "the socket, the call and its turns"
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
    assert [len(named(trace, "speech_to_text")) for trace in turns(spans)] == [1]


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
    call_itself, trace = traces(spans)
    assert [span.name for span in call_itself] == ["call"]
    assert [(span.name, span.parent is None) for span in trace] == [
        ("say greeting", True), *[("text_to_speech scripted:synthesizer", False)] * (len(trace) - 1)
    ]  # fmt: skip
    assert trace[0].attributes == {"gen_ai.conversation.id": "call"}
    assert [link.context for link in trace[0].links] == [call_itself[0].context]


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


def the_call(spans: InMemorySpanExporter) -> ReadableSpan:
    (found,) = (span for span in spans.get_finished_spans() if span.name == "call")
    return found


def events(span: ReadableSpan) -> list[str]:
    return [event.name for event in span.events]


def test_turns_link_to_the_call_and_to_the_turn_before(call: Any, spans: InMemorySpanExporter) -> None:
    call(asks_twice, hears=["one?", "two?"], answers=["First answer.", "Second."])
    first, second = (named(trace, TURN)[0] for trace in turns(spans))

    def linked(turn: ReadableSpan) -> dict[Any, Any]:
        return {(link.attributes or {})["emads_voice.link"]: link.context for link in turn.links}

    whole = the_call(spans)
    assert linked(first) == {"call": whole.context}
    assert linked(second).keys() == {"call", "previous turn"}
    assert first.context
    assert linked(second)["previous turn"].trace_id == first.context.trace_id
    told = whole.attributes or {}
    assert (told[attributes.CALL_TURNS], told[attributes.CALL_ENDED]) == (2, "the caller hung up")


def test_a_turn_says_why_it_ended_and_what_its_caller_waited_for(
    call: Any, spans: InMemorySpanExporter
) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(0.5)
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet()

    answers = ["This goes on for a long time. And on. And on. And on. And on.", "I stopped."]
    call(caller, hears=["one?", "the third one please."], answers=answers, answers_after_s=0.25)
    first, second = (named(trace, TURN)[0] for trace in turns(spans))
    assert [(turn.attributes or {})[attributes.TURN_ENDED] for turn in (first, second)] == [
        "barge-in",
        "answered",
    ]
    assert events(first) == [attributes.BARGE_IN]
    parts = [
        attributes.ENDPOINTING_S,
        attributes.RECOGNITION_S,
        attributes.ANSWERING_S,
        attributes.SYNTHESIS_S,
    ]
    for turn in (first, second):
        took = {name: value for name, value in (turn.attributes or {}).items() if isinstance(value, float)}
        assert sum(took[part] for part in parts) == pytest.approx(took[attributes.FIRST_SOUND_S])
        assert took[attributes.ANSWERING_S] == pytest.approx(0.25, abs=0.05)
        assert 0.2 < took[attributes.ENDPOINTING_S] < 2


def test_falling_silent_for_nothing_is_told(call: Any, spans: InMemorySpanExporter) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(0.5)
        await line.speak(0.8)  # nothing that anybody could understand
        await line.until_quiet(3)

    answers = ["This goes on for a long time. And on. And on. And on. And on."]
    call(caller, hears=["one?", ""], answers=answers)
    (trace,) = turns(spans)
    (turn,) = named(trace, TURN)
    assert events(turn) == [attributes.FALSE_INTERRUPTION]
    assert (turn.attributes or {})[attributes.TURN_ENDED] == "answered"


def test_which_recogniser_failed_stands_on_the_recognition_of_a_call(
    call: Any, spans: InMemorySpanExporter
) -> None:
    class Broken(ScriptedRecognizer):
        async def transcribe(self, *args: Any, **kwargs: Any) -> Transcript:
            raise RecognitionError("it is down")

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet()

    second = ScriptedRecognizer(["one?"])
    recognizer = FallbackRecognizer([Broken([]), second])
    call(caller, recognizer=recognizer, answers=["An answer."])
    (trace,) = turns(spans)
    (hearing,) = named(trace, "speech_to_text")
    assert [(event.name, dict(event.attributes or {})) for event in hearing.events] == [
        (
            attributes.RECOGNIZER_FAILED,
            {"gen_ai.request.model": second.name, "error.type": "RecognitionError"},
        ),
        (attributes.RECOGNIZER_ANSWERED, {"gen_ai.request.model": second.name}),
    ]


def test_an_answer_that_never_comes_is_a_timeout(call: Any, spans: InMemorySpanExporter) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(8)

    call(
        caller,
        hears=["one?"],
        answers=["Never heard."],
        answers_after_s=60,
        answer_within_s=3,
        filler_after_s=1,
    )
    (trace,) = turns(spans)
    (turn,) = named(trace, TURN)
    assert (turn.attributes or {})[attributes.TURN_ENDED] == "timeout"
    assert events(turn) == [attributes.TIMEOUT]


def test_what_was_thought_ahead_for_nothing_is_told(call: Any, spans: InMemorySpanExporter) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(0.8)
        await line.wait(0.3)
        await line.speak(0.8)
        await line.until_answered()
        await line.until_quiet()

    agent = ScriptedAgent("cto", ["An answer.", "Another."], repeatable=True)
    call(caller, hears=["i would like", "i would like to know."], agent=agent, preemptive=True)
    assert events(the_call(spans)).count(attributes.PREEMPTIVE_DISCARDED) == 1


def test_the_call_tells_its_phases(call: Any, spans: InMemorySpanExporter) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.wait(30)

    call(caller, idle_s=3.0, idle_prompts=1)
    phases = [
        (event.attributes or {})[attributes.PHASE]
        for event in the_call(spans).events
        if event.name == attributes.PHASE_CHANGED
    ]
    assert phases == ["closing", "ended"]


@pytest.mark.parametrize("captured", ["", "SPAN_ONLY"])
def test_only_declared_attributes_hold_what_is_said_in_a_call(
    call: Any, spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch, captured: str
) -> None:
    monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", captured)
    heard = ["My marmalade number is 0912 345 678.", "My marmalade card is 4111 1111 1111 1111."]
    answers = ["Your marmalade number is 0912 345 678. " * 4, "That is a marmalade card."]
    context = VoiceContext(caller="+84908765432", called="+842899990000", call_sid="CA1")

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(0.5)
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet()
        line.press("#")
        await line.until_quiet()

    agent = ScriptedAgent("cto", [*answers, "marmalade"], repeatable=True)
    call(caller, hears=heard, agent=agent, preemptive=True, context=context, opening="greeting")
    told = [
        (name, str(value))
        for span in spans.get_finished_spans()
        for each in (span.attributes, *(event.attributes for event in span.events), {"name": span.name})
        for name, value in (each or {}).items()
    ]
    where = {name for name, value in told if "marmalade" in value}
    assert where <= attributes.PERSONAL
    assert bool(where) is bool(captured)
    planted = ("0912", "345 678", "4111", "1111 1111", "908765432", "99990000")
    assert not [(name, value) for name, value in told if any(digits in value for digits in planted)]
