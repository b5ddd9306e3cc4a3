"""One media stream as a state machine without I/O: messages go in, events of the line come out.

    AWAITING ── start ──► OPEN ── stop ──► CLOSED
        └──────── anything not allowed ───────┘

Sound comes out in order and without gaps, as :class:`~emads_voice.channels.transport.Sound` promises.
Twilio's socket is TCP, so nothing is lost on the way to us; but sound that was lost before Twilio leaves a
jump in ``media.timestamp``, and only that tells. It is trusted where it is plausible:

- a short jump ahead is filled with silence;
- what has been received already is dropped;
- a jump of more than a second is believed only when the next piece continues it. A single damaged or repeated
  timestamp thus costs its own 20 ms, and never memory. A line that sends nothing while nobody speaks jumps like that:
  a second of silence is put in, so that what is said then does not begin with the end of what was said before;
- of a line on which ten pieces in a row do not follow each other no timestamp is believed any more: what comes is what
  was said.

A stream that comes faster than a telephone can send (:mod:`.pace`) is not allowed either.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum

import numpy as np

from emads_voice.channels.allowance import Allowance
from emads_voice.channels.errors import ProtocolError
from emads_voice.channels.transport import Digit, Event, HungUp, MarkReturned, Sound
from emads_voice.observability import metrics
from emads_voice.voice.sound import g711

from . import messages
from .messages import Connected, Dtmf, Mark, Media, Start, Stop, Stream
from .pace import KEYS_PER_S, MESSAGE_BYTES, MESSAGES_PER_S, SOUND_PER_S

KEYS = frozenset("0123456789*#")

_PER_MS = messages.RATE // 1000
_SLACK = 10 * _PER_MS
"""Less than half a frame: rounding of timestamps to milliseconds, not a gap."""
_PLAUSIBLE = 1000 * _PER_MS
"""The longest gap filled with silence. Networks that lose more have lost the call."""
_WRONG = 10
"""Pieces in a row that do not follow each other: the timestamps of the line stand still, or count something else."""


class Phase(Enum):
    """Where a stream is."""

    AWAITING = "awaiting start"
    OPEN = "open"
    CLOSED = "closed"


class MediaStream:
    """The receiving side of one stream."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` tells seconds, monotonic."""
        self.phase = Phase.AWAITING
        self._clock = clock
        self._messages, self._samples, self._keys = (
            Allowance(per_s, clock()) for per_s in (MESSAGES_PER_S, SOUND_PER_S, KEYS_PER_S)
        )
        self._stream: Stream | None = None
        self._begin()

    def _begin(self) -> None:
        """The stream, and its time, begins."""
        self.timed = True
        """Whether its timestamps are believed."""
        self._received_to: int | None = None  # samples since the stream began, up to which sound came out
        self._rival: int | None = None  # where an implausible jump would continue
        self._odd = 0  # pieces in a row that do not follow each other

    def receive(self, data: str | bytes) -> Stream | Event | None:
        """Take one message; what it comes to, or None where nothing does.

        Returns:
            The :class:`Stream` when it opens, and again where the call goes on as another stream; afterwards events.
            Nothing after a HungUp.

        Raises:
            ProtocolError: it is not allowed, by itself, here, or so soon. The stream is closed.
        """
        if self.phase is Phase.CLOSED:
            return None
        try:
            self._spend(
                self._messages, 1 + len(data) // MESSAGE_BYTES, "more messages than a telephone sends"
            )
            message = messages.parse(data)
            if self.phase is Phase.OPEN:
                return self._in_call(message)
            return self._before(message)
        except ProtocolError:
            self.phase = Phase.CLOSED
            raise

    def _before(self, message: messages.Message) -> Stream | Event | None:
        if isinstance(message, Start):
            return self._started(message.start)
        if isinstance(message, Stop):
            return self._stopped()
        if isinstance(message, Media | Dtmf | Mark):
            raise ProtocolError(f"{type(message).__name__.lower()} before start")
        return None

    def _started(self, stream: Stream) -> Stream:
        form = stream.media_format
        if (form.encoding, form.sample_rate, form.channels) != (messages.ENCODING, messages.RATE, 1):
            raise ProtocolError(
                f"sound as {form.encoding!a}, {form.sample_rate} Hz, {form.channels} channels "
                f"instead of {messages.ENCODING}, {messages.RATE} Hz, 1 channel"
            )
        if self._stream and self._stream.call_sid != stream.call_sid:
            raise ProtocolError("a second start")  # of another call
        self.phase = Phase.OPEN
        self._stream = stream
        self._begin()
        return stream

    def _in_call(self, message: messages.Message) -> Stream | Event | None:
        if isinstance(message, Media):
            return self._sound(message.media)
        if isinstance(message, Dtmf):
            self._spend(self._keys, 1, "keys faster than they can be pressed")
            return Digit(message.dtmf.digit) if message.dtmf.digit in KEYS else None
        if isinstance(message, Mark):
            return MarkReturned(message.mark.name)
        if isinstance(message, Stop):
            return self._stopped()
        if isinstance(message, Start):
            before = self._stream
            stream = self._started(message.start)
            return None if before and before.stream_sid == stream.stream_sid else stream
        if isinstance(message, Connected):
            raise ProtocolError("a second connected")
        return None

    def _stopped(self) -> HungUp:
        self.phase = Phase.CLOSED
        return HungUp("the caller hung up")

    def _sound(self, sound: messages.Sound) -> Sound | None:
        payload, begins = sound.payload, sound.timestamp * _PER_MS
        self._take_time(len(payload))  # taken or not, it was decoded
        if not payload or sound.track != "inbound":
            return None
        if not self.timed:
            return Sound(g711.decode(payload))
        if self._received_to is None:
            self._received_to = begins
        ahead = begins - self._received_to
        if -_SLACK <= ahead <= _SLACK:  # nearly always
            self._received_to += len(payload)
            self._rival, self._odd = None, 0
            return Sound(g711.decode(payload))
        self._odd += 1
        self.timed = self._odd < _WRONG
        return self._out_of_order(payload, begins, ahead)

    def _out_of_order(self, payload: bytes, begins: int, ahead: int) -> Sound | None:
        assert self._received_to is not None
        ends = begins + len(payload)
        if abs(ahead) > _PLAUSIBLE:
            if self._rival is None or abs(begins - self._rival) > _SLACK:
                self._rival = ends
                return None
            ahead = _PLAUSIBLE if ahead > 0 else 0
        self._rival = None
        if ahead < 0 and ends <= self._received_to:
            metrics.FRAMES_LATE.add(1)
            return None
        self._received_to = ends
        if ahead < 0:
            return Sound(g711.decode(payload[-ahead:]))
        self._take_time(ahead)
        metrics.FRAMES_LOST.add(ahead / messages.RATE)
        return Sound(np.concatenate([np.zeros(ahead, np.float32), g711.decode(payload)]))

    def _take_time(self, samples: int) -> None:
        self._spend(self._samples, samples, "sound faster than it can be spoken")

    def _spend(self, allowance: Allowance, amount: int, too_much: str) -> None:
        if not allowance.take(amount, self._clock()):
            raise ProtocolError(too_much)
