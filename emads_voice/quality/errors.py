"""What can be wrong with the results of judged calls."""

from emads_voice.errors import EmadsVoiceError


class ResultError(EmadsVoiceError):
    """A result cannot be read, or cannot be corrected that way; the message says what to do."""
