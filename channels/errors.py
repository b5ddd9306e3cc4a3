"""What can go wrong with a line, each with a message that says what to do.

ChannelError
├── ConfigurationError   a setting the phone needs is missing or cannot be used
├── ProtocolError        the other side sent something the protocol does not allow
├── CallError            the telephone company refused to place or change a call
└── ThreadLockError      a conversation that another process is using, or that cannot be locked
"""


class ChannelError(Exception):
    """Base of everything this package raises about lines."""


class ConfigurationError(ChannelError):
    """A setting the phone needs is missing or cannot be used."""


class ProtocolError(ChannelError):
    """The other side sent something the protocol does not allow; the message is the reason."""


class CallError(ChannelError):
    """The telephone company refused to place or change a call, or could not be reached."""


class ThreadLockError(ChannelError):
    """A conversation that another process is using, or that cannot be locked."""
