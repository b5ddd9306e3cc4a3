"""Log lines that nobody outside can forge: escaped, redacted, of bounded length.

A log is read by people and programs that trust it, and half of what stands in it comes from strangers: names of calls,
headers, files, what a server answered. The library never adds a handler, so an application that wants its log written
this way gives its handlers a :class:`LogFormatter`. :func:`configure_logging` and :func:`log_to_stderr` are for our
command line and server.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import traceback
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal

from opentelemetry import trace

from .redaction import redact

_log = logging.getLogger(__name__)

MAX_TEXT = 2_000
"""Characters of a message, or of an exception's, that are kept: more than any of ours has. To look for telephone
numbers in as many takes 0.07 s at worst."""
MAX_FRAMES = 40
"""Frames of a traceback that are kept, most of them from its end, where it says what happened."""
_FIRST_FRAMES = 10
_SLACK = 320
"""Longer than any address or number, so that none is cut in two before it was looked for."""
_INDENT = "    "

_SECRET = re.compile(
    r"(?i:\b(?:bearer|basic)\s+)[\w.~+/=-]{16,}"  # a header, as in "Illegal header value b'Bearer …'"
    r"|(?<=://)[^/\s@]{1,256}@"  # http://user:password@host
    r"|\bsk-[\w-]{8,}"  # OpenAI's keys, and those of servers like theirs
    r"|(?i:(?<=key=)|(?<=token=)|(?<=secret=)|(?<=password=))[^&\s'\"]{6,}"
)
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_UUID = r"\b[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}\b"
_NO_NUMBER = re.compile(rf"((?<![\d.]){_OCTET}(?:\.{_OCTET}){{3}}(?!\.?\d)|{_UUID})")
"""An IPv4 address, or the id of a conversation; in some there is a valid telephone number."""

_secrets: set[str] = set()


def conceal(*secrets: str) -> None:
    """Keep these out of every line from now on: ``[secret]`` takes their place.

    Args:
        secrets: keys and passwords this process was given; those of fewer than eight characters are words.
    """
    _secrets.update(secret for secret in secrets if len(secret) >= 8)


def one_line(text: object) -> str:
    """The text as one printable line, without personal data and secrets, cut with "…" if it is long.

    Whatever could end the line, command a terminal or turn the direction of writing is written as Python writes it:
    ``\\n``, ``\\x1b``, ``\\u2028``.
    """
    return _escape(_discreet(str(text)))


class LogFormatter(logging.Formatter):
    """Writes each record as :func:`one_line`, and its traceback, if it has one, indented below.

    A line that begins in the first column is a record. Takes the arguments of :class:`logging.Formatter`.
    """

    def format(self, record: logging.LogRecord) -> str:
        record.message = _discreet(_message(record))
        if self.usesTime():
            record.asctime = self.formatTime(record, self.datefmt)
        return "\n".join([_escape(self.formatMessage(record)), *_below(record)])


class JsonLogFormatter(LogFormatter):
    """Writes each record as one line of JSON, for a store of logs to read.

    Its keys: ``time`` (ISO 8601, UTC), ``level``, ``logger``, ``message``, and where there is one ``trace_id`` and
    ``span_id`` of the span that was active, and ``exception``, the traceback. Redacted and cut like
    :class:`LogFormatter`'s; what is no printable character stands as JSON's escape.
    """

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _discreet(_message(record)),
        }
        span = trace.get_current_span().get_span_context()
        if span.is_valid:
            told |= {"trace_id": f"{span.trace_id:032x}", "span_id": f"{span.span_id:016x}"}
        if below := [*_below(record)]:
            told["exception"] = "\n".join(line.removeprefix(_INDENT) for line in below)
        line = json.dumps(told, ensure_ascii=False)
        return line if line.isprintable() else "".join(map(_escaped_in_json, line))


def _escaped_in_json(character: str) -> str:
    if character.isprintable() or unicodedata.category(character) == "Zs":
        return character
    return json.dumps(character)[1:-1]


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # logging itself would print the arguments as they are
        return f"{record.msg} (with arguments that do not fit)"


def configure_logging() -> None:
    """What Python itself writes to standard error is written by a :class:`LogFormatter` from now on.

    That is records that no handler takes, and exceptions that nobody caught, on threads too. For the programs of this
    package, which own their process.
    """
    if logging.lastResort:
        logging.lastResort.setFormatter(LogFormatter("%(levelname)s %(message)s"))
    logging.raiseExceptions = False  # a record that could not be written would be printed as it is
    sys.excepthook = _log_uncaught
    sys.unraisablehook = lambda what: _log_uncaught(what.exc_type, what.exc_value, what.exc_traceback)
    threading.excepthook = lambda what: _log_uncaught(what.exc_type, what.exc_value, what.exc_traceback)


def log_to_stderr(form: Literal["text", "json"] = "text") -> None:
    """Write the log of this process to standard error: ours from INFO, every other library's from WARNING.

    Args:
        form: lines for people, or one JSON object a line.
    """
    handler = logging.StreamHandler(sys.stderr)
    text = LogFormatter("%(asctime)s %(levelname)s %(message)s")
    handler.setFormatter(JsonLogFormatter() if form == "json" else text)
    logging.getLogger().addHandler(handler)
    logging.getLogger("emads_voice").setLevel(logging.INFO)
    logging.captureWarnings(True)


def _log_uncaught(
    kind: type[BaseException], error: BaseException | None, where: TracebackType | None
) -> None:
    if error and not issubclass(kind, KeyboardInterrupt | SystemExit):
        _log.critical("Nobody caught a %s", kind.__qualname__, exc_info=(kind, error, where))


def _below(record: logging.LogRecord) -> Iterator[str]:
    """The lines of what a record has besides its message."""
    if record.exc_info and record.exc_info[0]:
        yield from _indented(traceback.format_exception(*record.exc_info))
    elif record.exc_text:  # it came from another process
        yield from _indented(record.exc_text.split("\n"))
    if record.stack_info:
        yield from _indented(record.stack_info.split("\n"))


def _indented(parts: Sequence[str]) -> Iterator[str]:
    if left_out := max(0, len(parts) - MAX_FRAMES):
        first, last = parts[:_FIRST_FRAMES], parts[_FIRST_FRAMES - MAX_FRAMES :]
        parts = [*first, f"… {left_out} left out …", *last]
    for part in parts:
        for line in _discreet(part.rstrip("\n")).split("\n"):
            yield _INDENT + _escape(line)


def _discreet(text: str) -> str:
    """The beginning of a text, without personal data and secrets."""
    for secret in _secrets:
        text = text.replace(secret, "[secret]")
    if len(text) <= MAX_TEXT:
        return _without_numbers(_SECRET.sub("[secret]", text))
    begun = _without_numbers(_SECRET.sub("[secret]", text[: MAX_TEXT + _SLACK]))
    return f"{begun[: max(0, min(MAX_TEXT, len(begun) - _SLACK))]}…"


def _without_numbers(text: str) -> str:
    parts = _NO_NUMBER.split(text)  # addresses and ids stand at the odd places
    parts[::2] = map(redact, parts[::2])
    return "".join(parts)


def _escape(text: str) -> str:
    return text if text.isprintable() else "".join(map(_escaped, text))


def _escaped(character: str) -> str:
    if character.isprintable() or unicodedata.category(character) == "Zs":  # blanks of all widths
        return character
    return character.encode("unicode_escape").decode()
