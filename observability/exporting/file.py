"""Spans in a file, a line of OTLP's JSON for each batch: what a collector's ``otlpjsonfile`` receiver reads."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Sequence
from typing import Any

from google.protobuf.json_format import MessageToDict
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

_IDS = frozenset({"traceId", "spanId", "parentSpanId"})


class FileSpanExporter(SpanExporter):
    """Appends to a file that its owner alone may read."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Open the file; it is made if it is not there.

        Raises:
            OSError: it cannot be written to.
        """
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Write a line; a full disk loses it, and the provider logs that."""
        fields = MessageToDict(encode_spans(spans), use_integers_for_enums=True)
        line = json.dumps(_with_hex_ids(fields), ensure_ascii=False, separators=(",", ":"))
        os.write(self._file, f"{line}\n".encode())
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        """Close the file."""
        os.close(self._file)


def _with_hex_ids(value: Any) -> Any:
    """OTLP's JSON writes ids in hex where Protobuf's writes base64."""
    if isinstance(value, dict):
        return {
            key: base64.b64decode(each).hex() if key in _IDS else _with_hex_ids(each)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_with_hex_ids(each) for each in value]
    return value
