"""Metrics as Prometheus reads them: OpenTelemetry's exporter, to which exemplars are added, the traces behind figures.

The exporter leaves exemplars out, and OpenMetrics alone can carry them: who asks for that gets them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any

from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics.export import Histogram, HistogramDataPoint, MetricsData
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.samples import Exemplar, Sample


class PrometheusMetrics(PrometheusMetricReader):
    """The metrics of this process."""

    def __init__(self) -> None:
        self._families = CollectorRegistry(auto_describe=False)
        self._histograms: list[Sequence[HistogramDataPoint]] = []
        super().__init__(registry=self._families, scope_info_enabled=False)

    def page(self, accepts: str) -> tuple[bytes, str]:
        """What a scrape gets, and its content type.

        Args:
            accepts: the scraper's ``Accept`` header: OpenMetrics if it takes that, else Prometheus' own text.
        """
        encode, kind = choose_encoder(accepts)
        return encode(_Exemplified(self)), kind

    def exemplified(self) -> Iterator[Metric]:
        """The families of metrics now, with exemplars."""
        self._histograms = []
        families = list(self._families.collect())  # has the histograms' points come in, in the same order
        points = iter(self._histograms)
        for family in families:
            if family.type == "histogram":
                family.samples = _with_exemplars(family, next(points))
            yield family

    def _receive_metrics(
        self, metrics_data: MetricsData, timeout_millis: float = 10_000, **kwargs: Any
    ) -> None:
        self._histograms = [
            metric.data.data_points
            for resource in metrics_data.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if isinstance(metric.data, Histogram)
        ]
        super()._receive_metrics(metrics_data, timeout_millis, **kwargs)


class _Exemplified:
    """What the encoders take for a registry."""

    def __init__(self, metrics: PrometheusMetrics) -> None:
        self.collect = metrics.exemplified


def _with_exemplars(family: Metric, points: Sequence[HistogramDataPoint]) -> list[Sample]:
    """A histogram's samples: those of each point follow each other, its buckets first."""
    samples = list(family.samples)
    begins = 0
    for point in points:
        for exemplar in point.exemplars:
            if exemplar.trace_id and exemplar.span_id:
                at = begins + bisect_left(point.explicit_bounds, exemplar.value)
                ids = {"trace_id": f"{exemplar.trace_id:032x}", "span_id": f"{exemplar.span_id:016x}"}
                told = Exemplar(ids, exemplar.value, exemplar.time_unix_nano / 1e9)
                samples[at] = samples[at]._replace(exemplar=told)
        begins += len(point.bucket_counts) + 2  # the count and the sum
    return samples
