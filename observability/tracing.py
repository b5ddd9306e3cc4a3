"""Spans: one OpenTelemetry trace for each turn of a conversation.

The library only ever calls the OpenTelemetry API: an application that has its own provider keeps it, and where there is
no provider nothing is recorded. :mod:`.exporting` is for our command line and servers, which have none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import Protocol

from opentelemetry import trace
from opentelemetry.context import Context, attach, create_key, detach, get_value, set_value
from opentelemetry.trace import Link, Span, SpanContext, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import AttributeValue

from emads_voice.environment import variable

from .attributes import ERROR_TYPE, LINKED, PERSONAL
from .redaction import redact

_BESIDE = create_key("emads-voice-beside")
"""In a context: the span that was active where a new trace began, and what it is."""

_W3C = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("emads_voice", version("emads-voice"))


class HasHeaders(Protocol):
    """A request over HTTP."""

    @property
    def headers(self) -> MutableMapping[str, str]:
        """Its headers."""
        ...


@contextmanager
def span(
    name: str,
    attributes: Mapping[str, AttributeValue] | None = None,
    *,
    parent: str = "",
    began_ns: int | None = None,
    ended_ns: int | None = None,
) -> Iterator[Span]:
    """A span around a block. An exception marks it as failed, by its type alone: messages may hold speech.

    Args:
        name: "listen", "invoke_agent cto".
        attributes: see :mod:`.attributes`.
        parent: a W3C ``traceparent``, used only where no span is active already: it keeps a turn in one
            trace when its steps are run by a scheduler that carries no context.
        began_ns: when it began, in nanoseconds since 1970, for what is past; None: now.
        ended_ns: when it ended, likewise; None: as the block ends.
    """
    context = _context(parent)
    with _tracer.start_as_current_span(
        name,
        context,
        attributes=dict(attributes or {}),
        links=_beside(context),
        start_time=began_ns,
        end_on_exit=False,
        record_exception=False,
        set_status_on_exception=False,
    ) as current:
        try:
            yield current
        except Exception as error:  # a cancelled turn (barge-in) is no failure
            current.set_attribute(ERROR_TYPE, type(error).__qualname__)
            current.set_status(Status(StatusCode.ERROR))
            raise
        finally:
            current.end(ended_ns)


@contextmanager
def new_trace(beside: str = "request") -> Iterator[None]:
    """Spans in the block have no parent outside of it, whichever span is active there. The first of them links to it.

    For what belongs to nobody's request: a web framework's span of a socket lasts as long as the call, and work that
    is done for all calls together carries on whatever context it was first begun in.

    Args:
        beside: what the active span is, for the link: "call".
    """
    active = trace.get_current_span().get_span_context()
    context = trace.set_span_in_context(trace.INVALID_SPAN)
    token = attach(set_value(_BESIDE, link(active, beside), context))
    try:
        yield
    finally:
        detach(token)


def link(to: SpanContext, what: str) -> Link | None:
    """A link to a span, saying what it is; None if there is no such span."""
    return Link(to, {LINKED: what}) if to.is_valid else None


def link_to(current: Span, parent: str, what: str) -> None:
    """Link a span to another one that is over.

    Args:
        current: links.
        parent: the other one's ``traceparent``; "" links to none.
        what: what it is, "previous turn".
    """
    if parent:
        other = trace.get_current_span(_W3C.extract({"traceparent": parent}, Context())).get_span_context()
        if found := link(other, what):
            current.add_link(found.context, found.attributes)


def set_content(current: Span, name: str, text: str) -> None:
    """Record what a person said or was told, redacted, if OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT asks.

    Raises:
        ValueError: ``name`` is not one of the attributes that may hold personal data.
    """
    if name not in PERSONAL:
        raise ValueError(f"{name} is not declared in attributes.PERSONAL")
    captured = variable("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT") or ""
    if current.is_recording() and captured.upper() in {"TRUE", "SPAN_ONLY", "SPAN_AND_EVENT"}:
        current.set_attribute(name, redact(text))


def traceparent() -> str:
    """The active span as a W3C ``traceparent``; "" if there is none."""
    return trace_headers().get("traceparent", "")


def trace_headers() -> dict[str, str]:
    """The headers that tell whoever is asked over HTTP which trace this belongs to: W3C ``traceparent`` and
    ``tracestate``; none where no span is active. Baggage is left out: it may hold anything."""
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    return carrier


async def trace_request(request: HasHeaders) -> None:
    """Tell whoever is asked: a hook for requests of httpx's asynchronous clients."""
    request.headers.update(trace_headers())


def trace_id(parent: str) -> str:
    """The trace id in a ``traceparent`` (32 hex digits); "" for ""."""
    return parent.split("-")[1] if parent else ""


def _context(parent: str) -> Context | None:
    if not parent or trace.get_current_span().get_span_context().is_valid:
        return None
    return _W3C.extract({"traceparent": parent})


def _beside(context: Context | None) -> list[Link]:
    """What a span without a parent links to."""
    if trace.get_current_span(context).get_span_context().is_valid:
        return []
    found = get_value(_BESIDE, context)
    return [found] if isinstance(found, Link) else []
