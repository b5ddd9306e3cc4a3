"""Exporters by name: OTLP over HTTP or gRPC, the console, a file, Prometheus, and whatever else is installed."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from emads_voice.environment import variable
from emads_voice.installation import install_hint

from .configuring import TracingError

if TYPE_CHECKING:
    from opentelemetry.sdk._logs.export import LogRecordExporter
    from opentelemetry.sdk.metrics.export import MetricReader
    from opentelemetry.sdk.trace.export import SpanExporter

_KINDS = {"traces": "span", "metrics": "metric", "logs": "log"}
_PROTOCOLS = {"http/protobuf": "otlp_proto_http", "grpc": "otlp_proto_grpc"}


def protocol(signal: str) -> str:
    """How OTLP is spoken: "http/protobuf" or "grpc", as OTEL_EXPORTER_OTLP_PROTOCOL or the signal's own variable says.

    Args:
        signal: "traces", "metrics" or "logs".

    Raises:
        TracingError: the variable names another.
    """
    name = f"OTEL_EXPORTER_OTLP_{signal.upper()}_PROTOCOL"
    asked = variable(name) or variable("OTEL_EXPORTER_OTLP_PROTOCOL") or "http/protobuf"
    if asked not in _PROTOCOLS:
        name = name if variable(name) else "OTEL_EXPORTER_OTLP_PROTOCOL"
        raise TracingError(f"{name} is {asked!r}: name http/protobuf or grpc.")
    return asked


def span_exporter(name: str) -> SpanExporter:
    """An exporter of spans.

    Raises:
        TracingError: none of that name is installed, or it cannot be used.
    """
    if name == "console":
        from opentelemetry.sdk.trace.export import ConsoleSpanExporter

        return ConsoleSpanExporter(out=sys.stderr)
    kind, _, path = name.partition(":")
    if kind == "file":
        return _file_exporter(path)
    exporter: SpanExporter = _installed("traces", name)()
    return exporter


def metric_reader(name: str) -> MetricReader:
    """What collects metrics and exports them.

    Raises:
        TracingError: none of that name is installed, or it cannot be used.
    """
    from opentelemetry.sdk.metrics.export import ConsoleMetricExporter, PeriodicExportingMetricReader

    if name == "console":
        return PeriodicExportingMetricReader(ConsoleMetricExporter(out=sys.stderr))
    if name == "prometheus":
        try:
            from .prometheus import PrometheusMetrics
        except ImportError:
            raise _missing("metric", name, "prometheus", "OTEL_METRICS_EXPORTER") from None
        return PrometheusMetrics()
    return PeriodicExportingMetricReader(_installed("metrics", name)())


def log_exporter() -> LogRecordExporter | None:
    """What takes log records, as OTEL_LOGS_EXPORTER says, or an OTLP endpoint alone; None where they go nowhere.

    Raises:
        TracingError: it is not installed, or a variable has a value it cannot use.
    """
    if (variable("OTEL_SDK_DISABLED") or "").lower() == "true":
        return None
    implied = variable("OTEL_EXPORTER_OTLP_ENDPOINT") or variable("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT")
    name = variable("OTEL_LOGS_EXPORTER") or ("otlp" if implied else "none")
    if name == "none":
        return None
    try:
        exporter: LogRecordExporter = _installed("logs", name)()
    except ValueError as error:
        raise TracingError(
            f"One of the OTEL_* variables cannot be used: {error}; correct it or unset it."
        ) from None
    return exporter


def _installed(signal: str, name: str) -> Any:
    entry = _PROTOCOLS[protocol(signal)] if name == "otlp" else name
    found = entry_points(group=f"opentelemetry_{signal}_exporter", name=entry)
    if not found:
        raise _missing(_KINDS[signal], name, "otlp", f"OTEL_{signal.upper()}_EXPORTER")
    return next(iter(found)).load()


def _file_exporter(path: str) -> SpanExporter:
    if not path:
        raise TracingError("Say which file the spans go to: OTEL_TRACES_EXPORTER=file:spans.jsonl.")
    try:
        from .file import FileSpanExporter
    except ImportError:
        raise _missing("span", "file", "otlp", "OTEL_TRACES_EXPORTER") from None
    try:
        return FileSpanExporter(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise TracingError(
            f"Spans cannot be written to {path} ({reason}): name another file in OTEL_TRACES_EXPORTER."
        ) from None


def _missing(kind: str, name: str, extra: str, unset: str) -> TracingError:
    return TracingError(
        f"No {kind} exporter named {name!r} is installed: {install_hint(extra)}, or unset {unset}."
    )
