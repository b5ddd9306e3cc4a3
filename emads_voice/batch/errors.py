"""What can go wrong with a batch as a whole; one bad recording does not."""

from emads_voice.errors import EmadsVoiceError


class BatchError(EmadsVoiceError):
    """A batch that cannot begin, or not go on; results so far are kept."""
