"""What can be wrong with a suite."""

from __future__ import annotations

from emads_voice.errors import EmadsVoiceError


class SuiteError(EmadsVoiceError):
    """A suite or baseline cannot be read; the message names the file and the line."""
