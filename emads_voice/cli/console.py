"""Where the command line prints: answers to standard output, everything else to standard error."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """One line of JSON on standard output; several values make JSON lines."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def complain(error: object) -> None:
    """One sentence on standard error."""
    err.print(f"[red]emads-voice:[/] {_escaped(error)}")


def note(text: object) -> None:
    """Something worth knowing, on standard error."""
    err.print(f"[dim]{_escaped(text)}[/]")


@contextmanager
def progress(what: str) -> Iterator[None]:
    """Shows on standard error that work goes on, and what the library says about it (INFO log records)."""
    with err.status(what) as status:
        handler = _StatusHandler(lambda message: status.update(message) if err.is_terminal else note(message))
        logger = logging.getLogger("emads_voice")
        level = logger.level
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        try:
            yield
        finally:
            logger.removeHandler(handler)
            logger.setLevel(level)


class _StatusHandler(logging.Handler):
    def __init__(self, show: Any) -> None:
        super().__init__(logging.INFO)
        self._show = show

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno < logging.WARNING:
            self._show(record.getMessage())
        else:
            err.print(f"[yellow]{_escaped(record.getMessage())}[/]")


def _escaped(text: object) -> str:
    return str(text).replace("[", r"\[")
