"""The ``emads-voice`` command."""

from __future__ import annotations

import sys

import typer

from .ask import ask
from .console import complain
from .doctor import doctor
from .say import say
from .transcribe import transcribe

app = typer.Typer(
    name="emads-voice",
    help="Ask a team of agents by voice and hear their answer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (ask, transcribe, say, doctor):
    app.command()(command)


def main() -> None:
    """Run the command. What a person can mend is one sentence on standard error and exit status 1."""
    from emads_voice.agents.errors import AgentError
    from emads_voice.observability import AuditError, TracingError, configure_tracing
    from emads_voice.settings import SettingsError
    from emads_voice.voice.errors import VoiceError

    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # Windows consoles
    try:
        configure_tracing()
        app()
    except (VoiceError, AgentError, AuditError, TracingError, SettingsError) as error:
        complain(error)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
