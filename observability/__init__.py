"""Spans, attribute names, the audit trail, log lines and redaction; ``ledger/`` keeps the audit trail."""

from . import attributes, metrics
from .audit import AuditError, AuditEvent, AuditLog, now
from .exporting import TracingError, configure_tracing, exporters
from .happenings import happened
from .logs import JsonLogFormatter, LogFormatter, conceal, configure_logging, log_to_stderr, one_line
from .redaction import conceal_names, redact
from .tracing import (
    link_to,
    new_trace,
    set_content,
    span,
    trace_headers,
    trace_id,
    trace_request,
    traceparent,
)

__all__ = [
    "AuditError",
    "AuditEvent",
    "AuditLog",
    "JsonLogFormatter",
    "LogFormatter",
    "TracingError",
    "attributes",
    "conceal",
    "conceal_names",
    "configure_logging",
    "configure_tracing",
    "exporters",
    "happened",
    "link_to",
    "log_to_stderr",
    "metrics",
    "new_trace",
    "now",
    "one_line",
    "redact",
    "set_content",
    "span",
    "trace_headers",
    "trace_id",
    "trace_request",
    "traceparent",
]
