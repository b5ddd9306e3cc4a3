"""What tests in every room share."""

import gc
import itertools
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from _pytest._code.code import ExceptionChainRepr
from hypothesis import settings
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import Counter, Histogram, MeterProvider, ObservableGauge, UpDownCounter
from opentelemetry.sdk.metrics.export import AggregationTemporality, InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from emads_voice.channels.server import serving
from emads_voice.observability.log_throttle import ThrottleFilter, strangers
from postgres_cluster import MISSING, programs, running_postgres

_EXPORTER = InMemorySpanExporter()
_DELTA = dict.fromkeys((Counter, UpDownCounter, Histogram, ObservableGauge), AggregationTemporality.DELTA)
_READER = InMemoryMetricReader(preferred_temporality=_DELTA)  # type: ignore[arg-type]  # it takes the API's classes

# A test is never failed by the machine being slow, and gives the same result every time.
settings.register_profile("any machine", deadline=None, derandomize=True)
settings.load_profile("any machine")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Processes that share the tests send each other reports in UTF-8; some tests are about what it cannot write."""
    report = yield
    report.sections = [(title, _writable(text)) for title, text in report.sections]
    if isinstance(report.longrepr, ExceptionChainRepr) and report.longrepr.reprcrash:
        report.longrepr.reprcrash.message = _writable(report.longrepr.reprcrash.message)
    return report


def _writable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it for garbage took most of the time of some tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _frozen() -> Iterator[None]:
    """A server that is started and stopped here leaves that as it is; it would look through everything at its start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            serving, "gc", SimpleNamespace(collect=lambda: 0, freeze=lambda: None, unfreeze=lambda: None)
        )
        yield


@pytest.fixture(scope="session", autouse=True)
def _tracing() -> None:
    """OpenTelemetry takes one provider a process, so all tests share it."""
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(_EXPORTER))
    trace.set_tracer_provider(provider)
    metrics.set_meter_provider(MeterProvider([_READER], shutdown_on_exit=False))


@pytest.fixture(autouse=True)
def _fresh_noise() -> None:
    """What strangers did in the test before does not silence this one."""
    strangers.filters[:] = [ThrottleFilter()]


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """The spans that end during one test."""
    _EXPORTER.clear()
    yield _EXPORTER
    _EXPORTER.clear()


@pytest.fixture
def measured() -> Callable[[str], list[tuple[dict[str, Any], Any]]]:
    """What was measured during one test, by an instrument's name: the points, each its attributes and its data.
    Whoever asks ends the measuring."""
    _READER.get_metrics_data()
    found: dict[str, list[tuple[dict[str, Any], Any]]] = {}

    def points(name: str) -> list[tuple[dict[str, Any], Any]]:
        data = _READER.get_metrics_data()
        for resource in data.resource_metrics if data else []:
            for metric in (metric for scope in resource.scope_metrics for metric in scope.metrics):
                told = [(dict(point.attributes or {}), point) for point in metric.data.data_points]
                found.setdefault(metric.name, []).extend(told)
        return found.get(name, [])

    return points


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of real recordings."""
    return Path(__file__).parent / "recordings"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """How to connect to a real Postgres, which runs for this session."""
    if programs() is None:
        pytest.skip(MISSING)
    with running_postgres() as conninfo:
        yield conninfo


_DATABASES = itertools.count(1)


@pytest.fixture
def database(postgres: str) -> str:
    """How to connect to an empty database of one's own, in the real Postgres."""
    psycopg = pytest.importorskip("psycopg", reason='it takes the extra "postgres"')
    name = f"test_{next(_DATABASES)}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return postgres.replace("dbname=postgres", f"dbname={name}")


@pytest.fixture(scope="module")
def collector() -> Iterator[Any]:
    """Receives the spans of processes started with ``OTEL_EXPORTER_OTLP_ENDPOINT=collector.endpoint``."""
    pytest.importorskip("opentelemetry.proto", reason='it takes the extra "otlp"')
    from otlp_receiver import Collector

    collector = Collector()
    yield collector
    collector.close()
