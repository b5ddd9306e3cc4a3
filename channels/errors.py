"""What can go wrong with a line, each with a message that says what to do.

ChannelError
├── ConfigurationError   a setting the phone needs is missing or cannot be used
├── DeviceError          a microphone or loudspeaker that is missing or cannot be used
├── ProtocolError        the other side sent something the protocol does not allow
├── CallError            the telephone company refused to place or change a call
├── TransferError        a caller who could not be handed over
├── RecordingError       a call that could not be recorded
├── ThreadLockError      a conversation that cannot be locked
│   └── ThreadHeldError  … because another process is using it
├── StaleThreadError     a conversation that was continued elsewhere: what a late writer has to add is refused
├── TurnTimeoutError     a turn that took longer than it was given
└── ResumeError          a value that is not what an agent waits for
    └── NothingPendingError  … because no agent waits, or no turn has stopped in the middle
"""

from emads_voice.errors import EmadsVoiceError


class ChannelError(EmadsVoiceError):
    """Base of everything this package raises about lines."""


class ConfigurationError(ChannelError):
    """A setting the phone needs is missing or cannot be used."""


class DeviceError(ChannelError):
    """A microphone or loudspeaker of this machine that is missing or cannot be used."""


class ProtocolError(ChannelError):
    """The other side sent something the protocol does not allow; the message is the reason."""


class CallError(ChannelError):
    """The telephone company refused to place or change a call, or could not be reached."""


class TransferError(ChannelError):
    """A caller who could not be handed over to someone else."""


class RecordingError(ChannelError):
    """A call that could not be recorded."""


class ThreadLockError(ChannelError):
    """A conversation that cannot be locked."""


class ThreadHeldError(ThreadLockError):
    """A conversation that another process is using, and did not let go in time."""


class StaleThreadError(ChannelError):
    """A conversation that was continued elsewhere since it was read: what a late writer has to add is refused."""


class TurnTimeoutError(ChannelError):
    """A turn that took longer than it was given."""


class ResumeError(ChannelError):
    """A value that is not what an agent waits for: it goes on waiting."""


class NothingPendingError(ResumeError):
    """A conversation in which no agent waits to be told something, or no turn has stopped in the middle."""
