"""Spans that other libraries make, below ours: LangChain's chains, models and tools; without what people say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Status

from emads_voice.environment import variable

if TYPE_CHECKING:
    from opentelemetry.trace import TracerProvider

_SCOPE = "openinference.instrumentation.langchain"
_WORDLESS = (
    "openinference.span.kind",
    "llm.model_name",
    "llm.provider",
    "llm.system",
    "llm.token_count.",
    "tool.name",
)
"""The attributes of its spans, or how they begin, that hold no word of anybody's."""


def trace_langchain(provider: TracerProvider) -> None:
    """Have LangChain make spans, if OpenInference's instrumentation of it is installed (the extra ``traces``) and
    OTEL_PYTHON_DISABLED_INSTRUMENTATIONS does not name ``langchain``."""
    disabled = variable("OTEL_PYTHON_DISABLED_INSTRUMENTATIONS") or ""
    if "langchain" in {name.strip() for name in disabled.split(",")}:
        return
    try:
        from openinference.instrumentation import TraceConfig
        from openinference.instrumentation.langchain import LangChainInstrumentor
    except ImportError:
        return
    hidden = TraceConfig(hide_inputs=True, hide_outputs=True)
    LangChainInstrumentor().instrument(tracer_provider=provider, config=hidden)


class WithoutWords(SpanExporter):
    """Exports LangChain's spans without the attributes that may hold what people say, and errors without their
    messages, which may quote it. All other spans are exported as they are."""

    def __init__(self, exporter: SpanExporter) -> None:
        """Take what exports them."""
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """See :class:`SpanExporter`."""
        return self._exporter.export([_wordless(each) if _foreign(each) else each for each in spans])

    def shutdown(self) -> None:
        """See :class:`SpanExporter`."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """See :class:`SpanExporter`."""
        return self._exporter.force_flush(timeout_millis)


def _foreign(span: ReadableSpan) -> bool:
    return span.instrumentation_scope is not None and span.instrumentation_scope.name == _SCOPE


def _wordless(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        span.name,
        span.context,
        span.parent,
        span.resource,
        {name: value for name, value in (span.attributes or {}).items() if name.startswith(_WORDLESS)},
        [Event(each.name, None, each.timestamp) for each in span.events],
        span.links,
        span.kind,
        instrumentation_scope=span.instrumentation_scope,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
    )
