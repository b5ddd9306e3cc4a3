"""The ``emads-voice`` command."""

from __future__ import annotations

import sys

import typer

from .ask import ask
from .call import call
from .console import complain
from .doctor import doctor
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
for command in (ask, transcribe, say, serve, call, doctor):
    app.command()(command)


def main() -> None:
    """Run the command. What a person can mend is one sentence on standard error and exit status 1."""
    from emads_voice.observability import configure_tracing

    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # Windows consoles
    try:
        configure_tracing()
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if not isinstance(error, _explained()):
            raise
        complain(error)
        sys.exit(1)


def _explained() -> tuple[type[Exception], ...]:
    """The errors whose message is for the person who caused them. Imported only when there is one: the agents
    alone take a second."""
    from emads_voice.agents.errors import AgentError
    from emads_voice.channels.errors import ChannelError
    from emads_voice.observability import AuditError, TracingError
    from emads_voice.settings import SettingsError
    from emads_voice.voice.errors import VoiceError

    return (VoiceError, AgentError, ChannelError, AuditError, TracingError, SettingsError)
