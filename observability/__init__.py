"""Spans, attribute names, the audit log and redaction. Imports nothing else of ours."""

from . import attributes
from .audit import AuditError, AuditEvent, AuditLog, JsonLinesAuditLog, now
from .redaction import redact
from .tracing import (
    TracingError,
    configure_tracing,
    new_trace,
    set_content,
    span,
    trace_id,
    traceparent,
)

__all__ = [
    "AuditError",
    "AuditEvent",
    "AuditLog",
    "JsonLinesAuditLog",
    "TracingError",
    "attributes",
    "configure_tracing",
    "new_trace",
    "now",
    "redact",
    "set_content",
    "span",
    "trace_id",
    "traceparent",
]
