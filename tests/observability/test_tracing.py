import os
import re

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from emads_voice.installation import install_hint
from emads_voice.observability import (
    TracingError,
    attributes,
    configure_tracing,
    exporters,
    new_trace,
    set_content,
    span,
    trace_id,
    traceparent,
)

CAPTURE = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"


def test_spans_nest_and_a_traceparent_joins_what_no_context_reaches(spans: InMemorySpanExporter) -> None:
    with span("turn"):
        parent = traceparent()
        with span("listen"):
            pass
    assert traceparent() == ""
    with span("speak", parent=parent):
        pass
    by_name = {done.name: done for done in spans.get_finished_spans()}
    assert {format(done.context.trace_id, "032x") for done in by_name.values()} == {trace_id(parent)}
    turn, listened, spoken = by_name["turn"].context, by_name["listen"].parent, by_name["speak"].parent
    assert turn
    assert listened
    assert spoken
    assert spoken.span_id == turn.span_id == listened.span_id


def test_an_active_span_wins_over_a_traceparent(spans: InMemorySpanExporter) -> None:
    with span("other turn"):
        old = traceparent()
    with span("turn"), span("listen", parent=old):
        pass
    other, listen, turn = spans.get_finished_spans()
    assert listen.context.trace_id == turn.context.trace_id != other.context.trace_id


def test_an_error_is_marked_by_type_and_its_message_is_not_kept(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="secret"), span("listen"):
        raise ValueError("secret words")
    (done,) = spans.get_finished_spans()
    assert done.attributes == {"error.type": "ValueError"}
    assert not done.status.is_ok
    assert not done.events
    assert "secret" not in done.to_json()


def test_content_is_off_by_default(spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CAPTURE, raising=False)
    with span("listen") as current:
        set_content(current, attributes.TRANSCRIPT, "call 0912 345 678")
    assert not spans.get_finished_spans()[0].attributes


def test_content_asked_for_is_redacted(spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CAPTURE, "SPAN_ONLY")
    with span("listen") as current:
        set_content(current, attributes.TRANSCRIPT, "call 0912 345 678")
    assert spans.get_finished_spans()[0].attributes == {attributes.TRANSCRIPT: "call [phone]"}


def test_only_declared_attributes_may_hold_what_was_said() -> None:
    with span("listen") as current, pytest.raises(ValueError, match="PERSONAL"):
        set_content(current, attributes.AGENT_NAME, "words")


def test_an_exporter_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "zipkin")
    with pytest.raises(TracingError, match="zipkin.*" + re.escape(install_hint("otlp"))):
        configure_tracing()


def test_a_new_trace_has_nothing_to_do_with_the_active_span(spans: InMemorySpanExporter) -> None:
    with span("a call's socket"):
        with new_trace(), span("turn"), span("listen"):
            pass
        with span("still the socket's"):
            pass
    listen, turn, still, socket = spans.get_finished_spans()
    assert turn.parent is None
    assert listen.parent == turn.context
    assert still.parent == socket.context


@pytest.mark.parametrize("blank", ["", " "])
def test_empty_variables_are_unset(monkeypatch: pytest.MonkeyPatch, blank: str) -> None:
    for name in (
        "OTEL_TRACES_EXPORTER",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_SDK_DISABLED",
        "OTEL_BSP_SCHEDULE_DELAY",
    ):
        monkeypatch.setenv(name, blank)
    assert exporters() == []
    configure_tracing()
    assert "OTEL_BSP_SCHEDULE_DELAY" not in os.environ
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:9/v1/traces")
    assert exporters() == ["otlp"]
