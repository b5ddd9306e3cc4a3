"""The commands, and what becomes of an error none of them has dealt with."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from typer.main import get_command

from emads_voice.errors import EmadsVoiceError
from emads_voice.installation import DISTRIBUTION
from emads_voice.observability import configure_logging

from .ask import ask
from .audit import audit
from .batch import batch
from .call import call
from .console import complain, out, warn
from .decisions import decisions
from .doctor import doctor
from .errors import UsageError
from .eval import evaluate
from .exit_status import BROKEN_PIPE, FAILED, MISUSED
from .languages import languages
from .meeting import meeting
from .memory import memory
from .quality import quality
from .say import say
from .serve import serve
from .streams import OutputEnded, OutputError, StandardStreams
from .talk import talk
from .transcribe import transcribe

app = typer.Typer(
    name=DISTRIBUTION,
    help="Ask a team of agents by voice and hear their answer.",
    pretty_exceptions_enable=False,
)
for command in (ask, talk, transcribe, meeting, batch, say, serve, call, languages, doctor):
    app.command()(command)
app.command("eval")(evaluate)
app.add_typer(quality, name="quality")
app.add_typer(audit, name="audit")
app.add_typer(decisions, name="decisions")
app.add_typer(memory, name="memory")


def _show_version(wanted: bool) -> None:
    if wanted:
        out.print(f"{DISTRIBUTION} {version(DISTRIBUTION)}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def begin(
    context: typer.Context,
    _version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and leave.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Ask a team of agents by voice and hear their answer."""
    if context.invoked_subcommand is None:
        context.get_help()  # which prints it
        raise typer.Exit(MISUSED)
    try:
        Path.cwd()
    except OSError:  # libraries below abort the process where there is none
        raise typer.TyperException("The working folder is gone: go to another one.") from None
    from emads_voice.known_settings import unread
    from emads_voice.observability import configure_tracing

    for sentence in unread():
        warn(sentence)
    configure_tracing()


def run() -> int:
    """Run one command; what a person can mend is one sentence on standard error.

    Returns:
        The exit status: 1 if something failed, 2 if the command line itself cannot be, as docs/command-line.md says.

    Raises:
        KeyboardInterrupt: by Ctrl-C.
    """
    streams = StandardStreams()
    try:
        status = _run_command()
        flushed = streams.finish()
    except OutputEnded:
        return BROKEN_PIPE
    except OutputError as error:
        complain(error)
        return FAILED
    return status if flushed else status or FAILED


@cache
def _command() -> Callable[..., int | None]:
    """What Typer makes of the commands: making it takes longer than most of them."""
    return get_command(app)


def _run_command() -> int:
    configure_logging()
    try:
        return _command()(prog_name=DISTRIBUTION, standalone_mode=False) or 0
    except typer.TyperException as error:
        complain(" ".join(error.format_message().split()))
        return error.exit_code
    except EmadsVoiceError as error:
        complain(error)
        return MISUSED if isinstance(error, UsageError) else FAILED
