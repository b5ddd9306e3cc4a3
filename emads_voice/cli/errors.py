"""The errors only the command line makes."""

from __future__ import annotations

from emads_voice.errors import EmadsVoiceError


class UsageError(EmadsVoiceError):
    """A command line that contradicts itself; exit status 2, as for the mistakes Typer finds."""
