"""Spans, attribute names, the audit log and redaction. Imports nothing else of ours."""

from . import attributes
from .audit import AuditError, AuditEvent, AuditLog, JsonLinesAuditLog, now
from .redaction import redact
from .tracing import TracingError, configure_tracing, set_content, span, trace_id, traceparent

__all__ = [
    "AuditError",
    "AuditEvent",
    "AuditLog",
    "JsonLinesAuditLog",
    "TracingError",
    "attributes",
    "configure_tracing",
    "now",
    "redact",
    "set_content",
    "span",
    "trace_id",
    "traceparent",
]
