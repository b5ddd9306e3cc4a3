"""Spans: one OpenTelemetry trace for each turn of a conversation.

The library only ever calls the OpenTelemetry API: an application that has its own provider keeps it, and where there is
no provider nothing is recorded. :mod:`.exporting` is for our command line and servers, which have none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version

from opentelemetry import propagate, trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.trace import Span, Status, StatusCode
from opentelemetry.util.types import AttributeValue

from emads_voice.environment import variable

from .attributes import ERROR_TYPE, PERSONAL
from .redaction import redact

_tracer = trace.get_tracer("emads_voice", version("emads-voice"))


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
    with _tracer.start_as_current_span(
        name,
        _context(parent),
        attributes=dict(attributes or {}),
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
def new_trace() -> Iterator[None]:
    """Spans in the block have no parent outside of it, whichever span is active there.

    For what belongs to nobody's request: a web framework's span of a socket lasts as long as the call, and work that
    is done for all calls together carries on whatever context it was first begun in.
    """
    token = attach(trace.set_span_in_context(trace.INVALID_SPAN))
    try:
        yield
    finally:
        detach(token)


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
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get("traceparent", "")


def trace_id(parent: str) -> str:
    """The trace id in a ``traceparent`` (32 hex digits); "" for ""."""
    return parent.split("-")[1] if parent else ""


def _context(parent: str) -> Context | None:
    if not parent or trace.get_current_span().get_span_context().is_valid:
        return None
    return propagate.extract({"traceparent": parent})
