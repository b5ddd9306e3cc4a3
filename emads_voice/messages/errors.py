"""What can be wrong with messages."""

from __future__ import annotations

from emads_voice.errors import EmadsVoiceError


class MessagesError(EmadsVoiceError):
    """A folder of messages that cannot be used; one sentence for each fault, with its file and line."""
