"""Where spans and metrics go: what the variables name, what is said when it cannot be had, and what the end costs."""

import json
import os
import re
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from emads_voice.installation import install_hint
from emads_voice.observability import TracingError, configure_tracing
from emads_voice.observability.exporting import leaving
from emads_voice.observability.exporting.by_name import metric_reader, protocol, span_exporter
from emads_voice.observability.exporting.spans_of_others import WithoutWords

PROGRAM = """
from emads_voice.observability import configure_tracing, metrics, span
configure_tracing()
with span("route"):
    metrics.TURNS.add(1)
"""


def export(**settings: str) -> str:
    """Have a process of its own make a span and count a turn; what it wrote to standard error."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=kept | settings, capture_output=True, text=True, check=True
    )
    return done.stderr


@pytest.fixture
def grpc_collector(collector: Any) -> Iterator[Any]:
    from otlp_receiver import GrpcCollector

    served = GrpcCollector(collector)
    yield served
    served.close()


def test_both_protocols_arrive_as_the_standard_variables_say(collector: Any, grpc_collector: Any) -> None:
    for settings in (
        {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": grpc_collector.endpoint, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
    ):
        collector.clear()
        assert export(**settings) == ""
        assert [span.name for span in collector.spans] == ["route"]
        assert collector.metrics >= {"emads_voice.turns"}


def test_nobody_waits_for_a_collector_that_is_not_there() -> None:
    said = export(OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9", OTEL_METRICS_EXPORTER="none")
    assert "The last traces are lost: no collector answers at 127.0.0.1:9." in said
    assert "Traceback" not in said


def test_nor_for_one_that_takes_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "console")
    monkeypatch.setattr(leaving, "EXIT_S", 0.01)
    never = threading.Event()

    def hangs() -> None:
        never.wait()

    leaving._close("traces", hangs)
    never.set()
    assert "did not take them" in caplog.text


@pytest.mark.parametrize(
    ("endpoint", "spoken", "address"),
    [
        ("", "http/protobuf", ("localhost", 4318)),
        ("", "grpc", ("localhost", 4317)),
        ("http://collector:1234/x", "http/protobuf", ("collector", 1234)),
        ("https://collector", "http/protobuf", ("collector", 443)),
        ("http://collector", "http/protobuf", ("collector", 80)),
        ("collector:4444", "grpc", ("collector", 4444)),
    ],
)
def test_where_a_collector_is(
    monkeypatch: pytest.MonkeyPatch, endpoint: str, spoken: str, address: tuple[str, int]
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
    assert leaving.collector("traces", spoken) == address


def test_a_signal_may_have_a_protocol_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http/protobuf")
    assert (protocol("traces"), protocol("metrics")) == ("grpc", "http/protobuf")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http/json")
    with pytest.raises(TracingError, match="OTEL_EXPORTER_OTLP_METRICS_PROTOCOL is 'http/json'.*grpc"):
        metric_reader("otlp")


@pytest.mark.parametrize("name", ["zipkin", "prometeus"])
def test_what_is_not_installed_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for variable in ("OTEL_TRACES_EXPORTER", "OTEL_METRICS_EXPORTER"):
        monkeypatch.delenv("OTEL_TRACES_EXPORTER", raising=False)
        monkeypatch.delenv("OTEL_METRICS_EXPORTER", raising=False)
        monkeypatch.setenv(variable, name)
        with pytest.raises(TracingError, match=f"{name}.*{re.escape(install_hint('otlp'))}.*{variable}"):
            configure_tracing()


def test_prometheus_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.prometheus", None)
    monkeypatch.delitem(sys.modules, "emads_voice.observability.exporting.prometheus", raising=False)
    with pytest.raises(TracingError, match=re.escape(install_hint("prometheus"))):
        metric_reader("prometheus")


def test_spans_in_a_file_are_otlp_s_json_and_nobody_else_s(tmp_path: Path) -> None:
    path = tmp_path / "spans.jsonl"
    exporter = span_exporter(f"file:{path}")
    provider = TracerProvider(resource=Resource.create({"service.name": "test"}))
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with provider.get_tracer("t").start_as_current_span("turn") as turn:
        pass
    provider.shutdown()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (line,) = path.read_text("utf-8").splitlines()
    (span,) = json.loads(line)["resourceSpans"][0]["scopeSpans"][0]["spans"]
    assert (span["name"], span["traceId"]) == ("turn", f"{turn.get_span_context().trace_id:032x}")


@pytest.mark.parametrize("name", ["file", "file:/nowhere/spans.jsonl"])
def test_a_file_that_cannot_be_written_is_told(name: str) -> None:
    with pytest.raises(TracingError, match="OTEL_TRACES_EXPORTER"):
        span_exporter(name)


def test_what_langchain_s_spans_may_hold_of_anybody_s_words_is_left_out() -> None:
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(WithoutWords(kept)))
    for scope in ("openinference.instrumentation.langchain", "an application's own"):
        with provider.get_tracer(scope).start_as_current_span("LLM") as span:
            span.set_attributes(
                {"input.value": "call 0912 345 678", "llm.model_name": "gpt", "metadata": "0912"}
            )
            span.record_exception(ValueError("0912 345 678"))
    theirs, own = kept.get_finished_spans()
    assert theirs.attributes == {"llm.model_name": "gpt"}
    assert [event.name for event in theirs.events] == ["exception"]
    assert "0912" not in theirs.to_json()
    assert isinstance(own, ReadableSpan)
    assert own.attributes
    assert "input.value" in own.attributes
