"""What can be wrong with a scorecard."""

from emads_voice.errors import EmadsVoiceError


class ScorecardError(EmadsVoiceError):
    """A scorecard cannot be read or contradicts itself; the message names the file and what to mend."""
