"""The errors a person at the command line can mend."""

from __future__ import annotations


class UsageError(Exception):
    """A command line that contradicts itself; exit status 2, as for the mistakes Typer finds."""


def expected_errors() -> tuple[type[Exception], ...]:
    """Errors whose message is one sentence that says what to do. Imported late: the rooms are heavy."""
    from emads_voice.agents.errors import AgentError
    from emads_voice.channels.errors import ChannelError
    from emads_voice.environment import VariableError
    from emads_voice.observability import AuditError, TracingError
    from emads_voice.settings import SettingsError
    from emads_voice.voice.errors import VoiceError

    from .player import PlayError

    return (
        UsageError,
        PlayError,
        VoiceError,
        AgentError,
        AuditError,
        ChannelError,
        SettingsError,
        VariableError,
        TracingError,
    )
