"""What can go wrong with a meeting's files."""

from emads_voice.errors import EmadsVoiceError


class MeetingFilesError(EmadsVoiceError):
    """The files of a meeting cannot be written, or what is there cannot be read."""
