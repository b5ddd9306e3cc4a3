"""Spans, attribute names, the audit log, log lines and redaction. Imports no other room."""

from . import attributes
from .audit import AuditError, AuditEvent, AuditLog, JsonLinesAuditLog, now
from .exporting import TracingError, configure_tracing, exporters
from .logs import JsonLogFormatter, LogFormatter, conceal, configure_logging, log_to_stderr, one_line
from .redaction import conceal_names, redact
from .tracing import new_trace, set_content, span, trace_id, traceparent

__all__ = [
    "AuditError",
    "AuditEvent",
    "AuditLog",
    "JsonLinesAuditLog",
    "JsonLogFormatter",
    "LogFormatter",
    "TracingError",
    "attributes",
    "conceal",
    "conceal_names",
    "configure_logging",
    "configure_tracing",
    "exporters",
    "log_to_stderr",
    "new_trace",
    "now",
    "one_line",
    "redact",
    "set_content",
    "span",
    "trace_id",
    "traceparent",
]
