"""The commands, and what becomes of an error none of them has dealt with."""

from __future__ import annotations

import os
import sys

import typer

from .ask import ask
from .call import call
from .console import complain
from .doctor import doctor
from .errors import UsageError, expected_errors
from .languages import languages
from .say import say
from .serve import serve
from .transcribe import transcribe

app = typer.Typer(
    name="emads-voice",
    help="Ask a team of agents by voice and hear their answer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (ask, transcribe, say, serve, call, languages, doctor):
    app.command()(command)


def run() -> int:
    """Run one command; what a person can mend is one sentence on standard error.

    Returns:
        The exit status: 1 if something failed, 2 if the command line itself cannot be.

    Raises:
        SystemExit: the command has ended; Typer's way.
    """
    _open_streams()
    try:
        from emads_voice.observability import configure_logging, configure_tracing

        configure_logging()
        configure_tracing()
        app()
    except Exception as error:
        if not isinstance(error, expected_errors()):
            raise
        complain(error)
        return 2 if isinstance(error, UsageError) else 1
    return 0


def _open_streams() -> None:
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever started us; a file opened later must not take its number
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
        else:
            stream.reconfigure(encoding="utf-8", errors="replace")  # Windows consoles have others
