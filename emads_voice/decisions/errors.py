"""Why something was not done with a decision: one sentence each, which says what stands instead."""

from __future__ import annotations

from emads_voice.errors import EmadsVoiceError


class DecisionError(EmadsVoiceError, RuntimeError):
    """A decision was left as it was."""


class UnknownDecisionError(DecisionError):
    """There is no such decision."""


class ChangedError(DecisionError):
    """The plan has changed since the reviewer read it: it is to be read again."""


class ClosedError(DecisionError):
    """Nothing is to be decided any more."""

    def __init__(self, message: str, status: str) -> None:
        super().__init__(message)
        self.status = status
        """What came of it: "approved", "rejected"…"""


class ExpiredError(ClosedError):
    """It was not approved in time, and so is rejected."""


class NotAllowedError(DecisionError):
    """This person may not do that, or not by this channel."""


class WrongPinError(NotAllowedError):
    """The PIN is not theirs."""


class LockedError(NotAllowedError):
    """Too many wrong PINs: nobody gets in for a while."""


class StaleError(DecisionError):
    """Another worker has taken the execution over meanwhile: what this one did is not noted as its result."""
