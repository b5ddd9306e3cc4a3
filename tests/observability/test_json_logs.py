"""A log as JSON: one object a line, with the trace, and nothing that strangers put into it."""

import json
import logging
import sys
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider

from emads_voice.observability import JsonLogFormatter


def written(message: str, *args: object, **more: Any) -> tuple[str, dict[str, str]]:
    record = logging.LogRecord(
        "some.library", logging.WARNING, __file__, 1, message, args, **{"exc_info": None, **more}
    )
    line = JsonLogFormatter().format(record)
    assert line.isprintable()
    return line, json.loads(line)


def test_a_record_is_one_object() -> None:
    _, told = written("Cuộc gọi %s đã xong.", "CA1")
    assert told.pop("time").endswith("+00:00")
    assert told == {"level": "WARNING", "logger": "some.library", "message": "Cuộc gọi CA1 đã xong."}


def test_a_record_within_a_span_names_it() -> None:
    with TracerProvider().get_tracer("test").start_as_current_span("a") as span:
        _, told = written("x")
    assert told["trace_id"] == f"{span.get_span_context().trace_id:032x}"
    assert told["span_id"] == f"{span.get_span_context().span_id:016x}"


@pytest.mark.parametrize(
    "stranger", ["a\nb", "\x1b[2J", "\u202egnp", "\u2028", "\ud800", '"}, {"level": "INFO']
)
def test_what_a_stranger_sends_stays_within_the_message(stranger: str) -> None:
    line, told = written("%s", stranger)
    assert "\n" not in line
    assert told["message"] == stranger


def test_personal_data_is_in_neither_message_nor_traceback() -> None:
    try:
        raise ValueError("gọi không chín một hai ba bốn năm sáu bảy tám")
    except ValueError:
        line, told = written("to %s", "0912345678", exc_info=sys.exc_info())
    assert told["message"] == "to [phone]"
    assert told["exception"].endswith("ValueError: gọi [phone]")
    assert "0912345678" not in line


def test_arguments_that_do_not_fit_are_no_error() -> None:
    assert written("%d", "x")[1]["message"] == "%d (with arguments that do not fit)"
