"""What tests in every room share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

_EXPORTER = InMemorySpanExporter()

# A test is never failed by the machine being slow.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


@pytest.fixture(scope="session", autouse=True)
def _tracing() -> None:
    """OpenTelemetry takes one provider a process, so all tests share it."""
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(_EXPORTER))
    trace.set_tracer_provider(provider)


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """The spans that end during one test."""
    _EXPORTER.clear()
    yield _EXPORTER
    _EXPORTER.clear()


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of real recordings that lies beside the project where it is developed."""
    folder = Path(__file__).parents[2] / "shared" / "audio"
    if not (folder / "manifest.jsonl").exists():
        pytest.skip(f"the real recordings are not here: {folder}")
    return folder
