"""Where the command line prints: answers to standard output, everything else to standard error."""

from __future__ import annotations

import json
import logging
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, ClassVar

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from emads_voice.errors import EmadsVoiceError
from emads_voice.observability import LogFormatter, one_line

# Markup and emoji codes are off: file names and what people say may look like them.
out = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)


def print_json(value: Any) -> None:
    """One line of JSON on standard output; several values make JSON lines."""
    sys.stdout.write(readable(json.dumps(value, ensure_ascii=False)) + "\n")
    sys.stdout.flush()


def print_row(label: Text, text: str, aside: str = "") -> None:
    """A labelled text on standard output: wrapped beside its label on a terminal, one line anywhere else.

    Args:
        label: padded to the width of its column.
        text: what is to be read.
        aside: a remark after it, less visible.
    """
    body = Text.assemble(printable(text), (f" {printable(aside)}" if aside and text else aside, "dim"))
    if not out.is_terminal:
        out.print(Text.assemble(label, "  ", body))
        return
    grid = Table.grid(Column(no_wrap=True), Column(overflow="fold"), padding=(0, 2, 0, 0))
    grid.add_row(label, body)
    out.print(grid, soft_wrap=False)


def complain(error: object) -> None:
    """One sentence on standard error; names from outside cannot make it two, nor put personal data into it."""
    err.print(Text.assemble(("emads-voice: ", "red"), _line(error)))


def warn(text: object) -> None:
    """One sentence on standard error that stops nothing."""
    err.print(Text(f"emads-voice: {_line(text)}", "yellow"))


def note(text: object) -> None:
    """Something worth knowing, on standard error."""
    err.print(Text(_line(text), "dim"))


def _line(text: object) -> str:
    return one_line(readable(str(text)))


def printable(text: object) -> str:
    """The text without control characters, by which a file name or an answer could command a terminal."""
    return "".join(
        character if character == "\n" or unicodedata.category(character) != "Cc" else " "
        for character in readable(str(text))
    )


def readable(text: str) -> str:
    """The text with � for what is no character: file names may hold any bytes, and Python keeps those as surrogates."""
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:  # surrogates that stand for no byte
        return text.encode("utf-8", "replace").decode()


@contextmanager
def json_errors(as_json: bool) -> Iterator[None]:
    """Who asked for JSON gets the error that ends the command as JSON too, besides the sentence."""
    try:
        yield
    except Exception as error:
        if as_json and isinstance(error, EmadsVoiceError):
            print_json({"error": str(error)})
        raise


@contextmanager
def progress(what: str) -> Iterator[list[str]]:
    """Shows on standard error that work goes on, and what the library logs about it meanwhile.

    Yields:
        The warnings logged so far: something did not work and was made up for. Each is shown once a process.
    """
    with err.status(Text(one_line(what))) as status:
        handler = _LogHandler(
            lambda message: (
                status.update(Text(message)) if err.is_terminal else err.print(Text(message, "dim"))
            )
        )
        logger = logging.getLogger("emads_voice")
        level = logger.level
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        try:
            yield handler.warnings
        finally:
            logger.removeHandler(handler)
            logger.setLevel(level)


@contextmanager
def warnings_shown(above: Callable[[], AbstractContextManager[None]] = nullcontext) -> Iterator[None]:
    """Shows on standard error what the library warns of meanwhile, each once a process.

    Args:
        above: a context in which it is printed, where something else is drawn.
    """
    handler = _LogHandler(lambda _: None, above)
    logger = logging.getLogger("emads_voice")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


@contextmanager
def loading(what: str) -> Iterator[Callable[[str, float], None]]:
    """Shows on standard error that something loads.

    Yields:
        To be told of each part that is there, and the seconds it took: a line of its own, on a terminal too.
    """
    if not err.is_terminal:
        note(what)
    with progress(what):
        yield lambda part, took: note(f"  {took:5.1f} s  {part}")


class _LogHandler(logging.Handler):
    shown: ClassVar[set[str]] = set()

    def __init__(
        self, inform: Callable[[str], None], above: Callable[[], AbstractContextManager[None]] = nullcontext
    ) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(LogFormatter())
        self._inform = inform
        self._above = above
        self.warnings: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = self.format(record)
        if record.levelno < logging.WARNING:
            self._inform(message)
            return
        self.warnings.append(message)
        if message not in self.shown:
            self.shown.add(message)
            with self._above():
                warn(message)
