"""The wire below a live conversation: the seam a phone line, a browser socket or a microphone implements."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from emads_voice.voice.ear import TranscriptEar
from emads_voice.voice.languages import Language

from .live_events import LiveEvent

Samples = NDArray[np.float32]
"""One channel of sound, shape ``(n,)``, in [-1, 1]."""


@dataclass(frozen=True, slots=True)
class Sound:
    """The caller was heard: a few milliseconds, at the transport's rate, in order and without gaps."""

    samples: Samples


@dataclass(frozen=True, slots=True)
class Digit:
    """The caller pressed a key: 0-9, * or #."""

    digit: str


@dataclass(frozen=True, slots=True)
class Words:
    """The caller typed, or had recognised by the line, what is to be answered: it is their turn at once."""

    ear: TranscriptEar


@dataclass(frozen=True, slots=True)
class Hush:
    """The caller wants us to stop talking."""


@dataclass(frozen=True, slots=True)
class Played:
    """So much had been played when the last clear took effect, in samples since the line opened.

    For lines that know it; how much was played is estimated otherwise.
    """

    samples: int


@dataclass(frozen=True, slots=True)
class MarkReturned:
    """A mark came back: what was sent before it has been played, *or was flushed by a clear*.

    A transport cannot tell the two apart (Twilio returns every pending mark after a clear); whoever sent the
    mark can, by the clears since.
    """

    name: str


@dataclass(frozen=True, slots=True)
class MachineRecords:
    """Whom we rang is an answering machine, which has played its greeting and records from now on."""


@dataclass(frozen=True, slots=True)
class HungUp:
    """The other side is gone; always the last event."""

    reason: str


@dataclass(frozen=True, slots=True)
class Briefing:
    """What a person is told before a caller is connected to them, who does not hear it."""

    text: str = field(repr=False)
    language: Language


Event = Sound | Digit | Words | Hush | Played | MarkReturned | MachineRecords | HungUp


class Transport(Protocol):
    """One open line. Sending to a line that is gone does nothing: its :class:`HungUp` tells.

    No method waits for sound to be played; each returns once the data is handed to the socket.
    """

    @property
    def rate(self) -> int:
        """Samples per second, both ways."""

    def events(self) -> AsyncIterator[Event]:
        """What comes from the other side, until and including :class:`HungUp`. Iterated once."""

    async def play(self, samples: Samples) -> None:
        """Append sound to what the other side is playing."""

    async def mark(self, name: str) -> None:
        """Ask to be told, by a :class:`MarkReturned`, when everything sent so far has been played."""

    async def clear(self) -> None:
        """Make the other side drop what it has not played yet."""

    def tell(self, event: LiveEvent) -> None:
        """Something happened in the conversation, for whoever is shown it. Never waits."""

    async def hang_up(self) -> None:
        """End the call."""

    async def transfer(self, to: str) -> None:
        """Hand the caller over to someone else, by whatever address the line understands, and let go.

        Where nobody picks up, the call comes back on a line of its own, as :attr:`.call.CallInfo.returned` says.

        Raises:
            TransferError: the line cannot do that.
        """

    async def record(self, *, consent: str) -> None:
        """Record the call from now on, until it ends.

        Args:
            consent: id of the audit record of the caller's consent; there is no recording without one.

        Raises:
            RecordingError: the line cannot do that.
        """


@runtime_checkable
class BriefingTransport(Transport, Protocol):
    """A line on which whoever takes a caller over can be told something first."""

    async def brief(self, briefing: Briefing) -> None:
        """Have the person to whom the caller is transferred next told this, before they are connected."""


@runtime_checkable
class ResumingTransport(Transport, Protocol):
    """A line that is replaced where it breaks; the call then goes on with its conversation."""

    def goes_on_with(self, thread_id: str) -> None:
        """The call has another conversation from now on, which its caller has begun."""


@runtime_checkable
class PausingTransport(Transport, Protocol):
    """A line whose recording can be interrupted."""

    async def pause_recording(self, paused: bool) -> None:
        """Keep what is said and keyed out of the call's recording, or have it in again; where there is no recording,
        nothing.

        Raises:
            RecordingError: that cannot be done.
        """
