"""The providers of spans and metrics, set up as the standard OTEL_* variables say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentelemetry import metrics, trace

from emads_voice.environment import unset_blank, variable
from emads_voice.errors import EmadsVoiceError
from emads_voice.observability.metrics import count_from_zero

from .leaving import close_at_exit

if TYPE_CHECKING:
    from opentelemetry.sdk.metrics.export import MetricReader
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace.export import SpanExporter

    from .prometheus import PrometheusMetrics

_readers: list[MetricReader] = []
"""What reads the metrics of the provider that was set up here."""


class TracingError(EmadsVoiceError):
    """An exporter named by an OTEL_* variable that is not there, or that cannot be used."""


def configure_tracing(service: str = "emads-voice") -> None:
    """Export spans and metrics where the standard OTEL_* variables say; do nothing where they say nothing.

    OTEL_TRACES_EXPORTER and OTEL_METRICS_EXPORTER name exporters ("otlp", "console", "file:PATH" for
    spans, "prometheus" for metrics, "none");
    OTEL_EXPORTER_OTLP_ENDPOINT alone means "otlp". The console exporter writes to standard error, since standard
    output is the command's own. A process that has a provider keeps it.

    Raises:
        TracingError: an exporter is not installed, or a variable has a value it cannot use.
    """
    unset_blank("OTEL_")  # OpenTelemetry takes some empty ones for values, against its own specification
    traces, measures = exporters("traces"), exporters("metrics")
    if not (traces or measures):
        return

    from opentelemetry.sdk.resources import Resource

    from .by_name import metric_reader, span_exporter

    try:
        named = {} if variable("OTEL_SERVICE_NAME") else {"service.name": service}
        resource = Resource.create(named)
        # All are made before one is used: who is told of a mistake has nothing half set up.
        made = [span_exporter(name) for name in traces]
        _provide_meters([metric_reader(name) for name in measures], resource)
        _provide_tracer(made, resource)
    except ValueError as error:
        raise TracingError(
            f"One of the OTEL_* variables cannot be used: {error}; correct it or unset it."
        ) from None


def exporters(signal: str = "traces") -> list[str]:
    """The exporters that the OTEL_* variables name; [] where nothing is exported.

    Args:
        signal: "traces" or "metrics".
    """
    if (variable("OTEL_SDK_DISABLED") or "").lower() == "true":
        return []
    kind = signal.upper()
    implied = variable("OTEL_EXPORTER_OTLP_ENDPOINT") or variable(f"OTEL_EXPORTER_OTLP_{kind}_ENDPOINT")
    named = variable(f"OTEL_{kind}_EXPORTER") or ("otlp" if implied else "none")
    return [name.strip() for name in named.split(",") if name.strip() not in {"", "none"}]


def scraped() -> PrometheusMetrics | None:
    """What Prometheus reads of this process; None unless OTEL_METRICS_EXPORTER named it as the process was set up."""
    if not _readers:
        return None
    try:
        from .prometheus import PrometheusMetrics
    except ImportError:
        return None
    return next((reader for reader in _readers if isinstance(reader, PrometheusMetrics)), None)


def _provide_tracer(made: list[SpanExporter], resource: Resource) -> None:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    from .spans_of_others import WithoutWords, trace_langchain

    if not made or isinstance(trace.get_tracer_provider(), TracerProvider):
        return  # this process has one, its own or ours
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    for exporter in made:
        provider.add_span_processor(BatchSpanProcessor(WithoutWords(exporter)))
    close_at_exit("traces", provider.shutdown)
    trace.set_tracer_provider(provider)
    trace_langchain(provider)


def _provide_meters(readers: list[MetricReader], resource: Resource) -> None:
    from opentelemetry.sdk.metrics import MeterProvider

    if not readers or isinstance(metrics.get_meter_provider(), MeterProvider):
        return
    provider = MeterProvider(readers, resource, shutdown_on_exit=False)
    _readers.extend(readers)
    close_at_exit("metrics", provider.shutdown)
    metrics.set_meter_provider(provider)
    count_from_zero()
