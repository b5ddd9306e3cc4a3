"""What an OpenTelemetry collector is to an exporter: takes spans and metrics over OTLP, HTTP or gRPC, on loopback."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


@dataclass(frozen=True)
class Exported:
    """A span as a collector gets it; ids in hex, ``parent`` is "" for a root."""

    name: str
    trace: str
    id: str
    parent: str
    attributes: dict[str, Any]
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    links: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """Each the id of a span, and what is told of it."""
    scope: str = ""


class Collector:
    """Keeps what was sent.

    Attributes:
        spans: in the order they came.
        services: the names of the services they come from.
        metrics: the names of metrics that came.
        raw: all bodies as they came, unpacked, to be searched for what must not be in them.
        endpoint: where it takes OTLP over HTTP.
    """

    def __init__(self) -> None:
        self.spans: list[Exported] = []
        self.services: set[str] = set()
        self.metrics: set[str] = set()
        self.raw = b""
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                zipped = self.headers.get("Content-Encoding") == "gzip"
                collector.take(self.path, gzip.decompress(body) if zipped else body)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Tests are quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Take no more."""
        self._server.shutdown()
        self._server.server_close()

    def clear(self) -> None:
        """Forget what came."""
        self.spans.clear()
        self.metrics.clear()
        self.raw = b""

    def take(self, path: str, body: bytes) -> None:
        """A request to one of OTLP's paths."""
        self.raw += body
        if path == "/v1/traces":
            self.take_spans(ExportTraceServiceRequest.FromString(body))
        elif path == "/v1/metrics":
            self.take_metrics(ExportMetricsServiceRequest.FromString(body))

    def take_spans(self, request: ExportTraceServiceRequest) -> None:
        """Keep spans."""
        for sent in request.resource_spans:
            self.services.add(plain(sent.resource.attributes)["service.name"])
            for scope in sent.scope_spans:
                for span in scope.spans:
                    self.spans.append(
                        Exported(
                            span.name,
                            span.trace_id.hex(),
                            span.span_id.hex(),
                            span.parent_span_id.hex(),
                            plain(span.attributes),
                            [(event.name, plain(event.attributes)) for event in span.events],
                            [(link.span_id.hex(), plain(link.attributes)) for link in span.links],
                            scope.scope.name,
                        )
                    )

    def take_metrics(self, request: ExportMetricsServiceRequest) -> None:
        """Keep the names of metrics."""
        for sent in request.resource_metrics:
            self.metrics |= {metric.name for scope in sent.scope_metrics for metric in scope.metrics}


class GrpcCollector:
    """The same over gRPC; what came is in ``kept``."""

    def __init__(self, kept: Collector) -> None:
        import grpc

        def traces(request: ExportTraceServiceRequest, _: Any) -> ExportTraceServiceResponse:
            kept.raw += request.SerializeToString()
            kept.take_spans(request)
            return ExportTraceServiceResponse()

        def metrics(request: ExportMetricsServiceRequest, _: Any) -> ExportMetricsServiceResponse:
            kept.take_metrics(request)
            return ExportMetricsServiceResponse()

        def service(signal: str, take: Any, request: Any, response: Any) -> Any:
            handler = grpc.unary_unary_rpc_method_handler(
                take, request_deserializer=request.FromString, response_serializer=response.SerializeToString
            )
            name = f"opentelemetry.proto.collector.{signal}.v1.{signal.capitalize()}"
            return grpc.method_handlers_generic_handler(f"{name}Service", {"Export": handler})

        self._server = grpc.server(ThreadPoolExecutor(2))
        self._server.add_generic_rpc_handlers(
            [
                service("trace", traces, ExportTraceServiceRequest, ExportTraceServiceResponse),
                service("metrics", metrics, ExportMetricsServiceRequest, ExportMetricsServiceResponse),
            ]
        )
        self.endpoint = f"http://127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()

    def close(self) -> None:
        """Take no more."""
        self._server.stop(0)


def plain(attributes: Iterable[Any]) -> dict[str, Any]:
    """Attributes by name."""
    values = {item.key: getattr(item.value, item.value.WhichOneof("value")) for item in attributes}
    return {
        key: [each.string_value for each in value.values] if hasattr(value, "values") else value
        for key, value in values.items()
    }
