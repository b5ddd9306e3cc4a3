"""Where spans go, for our command line and servers. This module alone uses the OpenTelemetry SDK, and only when it is
called: to the rest of the library, and to programs that embed it, the API is enough.
"""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from opentelemetry import trace

from emads_voice.environment import unset_blank, variable
from emads_voice.errors import EmadsVoiceError
from emads_voice.installation import install_hint

if TYPE_CHECKING:
    from opentelemetry.sdk._logs.export import LogRecordExporter
    from opentelemetry.sdk.trace.export import SpanExporter


class TracingError(EmadsVoiceError):
    """An exporter named by an OTEL_* variable that is not there, or that cannot be used."""


def configure_tracing(service: str = "emads-voice") -> None:
    """Export spans where the standard OTEL_* variables say; do nothing where they say nothing.

    OTEL_TRACES_EXPORTER names exporters ("otlp", "console", "none"); OTEL_EXPORTER_OTLP_ENDPOINT alone means
    "otlp". The console exporter writes to standard error, since standard output is the command's own. A process that
    has a provider keeps it.

    Raises:
        TracingError: an exporter is not installed, or a variable has a value it cannot use.
    """
    unset_blank("OTEL_")  # OpenTelemetry takes some empty ones for values, against its own specification
    names = exporters()
    if not names:
        return

    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    try:
        made = [_exporter(name) for name in names]
        if isinstance(trace.get_tracer_provider(), TracerProvider):
            return  # this process has one, its own or ours
        named = {} if variable("OTEL_SERVICE_NAME") else {"service.name": service}
        provider = TracerProvider(resource=Resource.create(named))
        for exporter in made:
            provider.add_span_processor(BatchSpanProcessor(exporter))
    except ValueError as error:
        raise TracingError(
            f"One of the OTEL_* variables cannot be used: {error}; correct it or unset it."
        ) from None
    trace.set_tracer_provider(provider)


def exporters() -> list[str]:
    """The exporters that the OTEL_* variables name; [] where spans go nowhere."""
    if (variable("OTEL_SDK_DISABLED") or "").lower() == "true":
        return []
    implied = variable("OTEL_EXPORTER_OTLP_ENDPOINT") or variable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    named = variable("OTEL_TRACES_EXPORTER") or ("otlp" if implied else "none")
    return [name.strip() for name in named.split(",") if name.strip() not in {"", "none"}]


def _exporter(name: str) -> SpanExporter:
    if name == "console":
        from opentelemetry.sdk.trace.export import ConsoleSpanExporter

        return ConsoleSpanExporter(out=sys.stderr)
    found = entry_points(
        group="opentelemetry_traces_exporter", name="otlp_proto_http" if name == "otlp" else name
    )
    if not found:
        raise TracingError(
            f"No span exporter named {name!r} is installed: {install_hint('otlp')}, or unset OTEL_TRACES_EXPORTER."
        )
    exporter: SpanExporter = next(iter(found)).load()()
    return exporter


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
    found = entry_points(
        group="opentelemetry_logs_exporter", name="otlp_proto_http" if name == "otlp" else name
    )
    if not found:
        raise TracingError(
            f"No log exporter named {name!r} is installed: {install_hint('otlp')}, or unset OTEL_LOGS_EXPORTER."
        )
    try:
        exporter: LogRecordExporter = next(iter(found)).load()()
    except ValueError as error:
        raise TracingError(
            f"One of the OTEL_* variables cannot be used: {error}; correct it or unset it."
        ) from None
    return exporter
