"""The messages of Twilio's Media Streams, as far as they concern us: parsed with types, built by hand.

Twilio writes numbers as strings and payloads as base64; both are undone while parsing. Fields we have no use
for are skipped without being built. See https://www.twilio.com/docs/voice/media-streams/websocket-messages.
"""

from __future__ import annotations

import base64
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from emads_voice.channels.errors import ProtocolError

MAX_BYTES = 65_536
"""The longest message read. Twilio's are about 350 bytes (20 ms of sound)."""

ENCODING, RATE = "audio/x-mulaw", 8_000
"""The only media format of Media Streams, one channel."""

Sid = Annotated[str, Meta(pattern=r"\A[A-Za-z]{2}[0-9A-Za-z]{1,62}\Z")]
"""An id Twilio gave: two letters for its kind, and 32 hex digits; simulators are less strict about those."""


class MediaFormat(Struct, frozen=True, rename="camel"):
    """How the sound of a stream is encoded: always µ-law, 8,000 Hz, one channel."""

    encoding: Annotated[str, Meta(max_length=40)]
    sample_rate: Annotated[int, Meta(ge=0, le=10**6)]
    channels: Annotated[int, Meta(ge=0, le=100)]


class Stream(Struct, frozen=True, rename="camel"):
    """What ``start`` tells of a stream."""

    account_sid: Sid
    stream_sid: Sid
    call_sid: Sid
    media_format: MediaFormat
    custom_parameters: dict[str, str] = {}


class Sound(Struct, frozen=True, gc=False):
    """A piece of sound: ``payload`` is µ-law, ``timestamp`` milliseconds from the start of the stream."""

    payload: bytes
    timestamp: Annotated[int, Meta(ge=0, le=10**12)]
    track: str = "inbound"


class Key(Struct, frozen=True):
    """A key the caller pressed: 0-9, * or #."""

    digit: Annotated[str, Meta(min_length=1, max_length=1)]


class MarkName(Struct, frozen=True):
    """The name under which :func:`mark` sent a mark."""

    name: str


class Connected(Struct, frozen=True, tag_field="event", tag="connected"):
    """The first message; it tells nothing."""


class Start(Struct, frozen=True, tag_field="event", tag="start"):
    """The second message: which call the stream belongs to."""

    start: Stream


class Media(Struct, frozen=True, gc=False, tag_field="event", tag="media"):
    """20 ms of the caller's sound, as a rule."""

    media: Sound


class Dtmf(Struct, frozen=True, tag_field="event", tag="dtmf"):
    """The caller pressed a key."""

    dtmf: Key


class Mark(Struct, frozen=True, tag_field="event", tag="mark"):
    """What was sent before a mark has been played, or was dropped by :func:`clear`."""

    mark: MarkName


class Stop(Struct, frozen=True, tag_field="event", tag="stop"):
    """The last message: the caller hung up, or the call was taken elsewhere."""


class Unknown(Struct, frozen=True):
    """An event Twilio did not have when this was written."""

    event: str


Message = Connected | Start | Media | Dtmf | Mark | Stop | Unknown
_KNOWN = frozenset({"connected", "start", "media", "dtmf", "mark", "stop"})

# strict=False is what reads "160" as 160.
_decode = msgspec.json.Decoder(Connected | Start | Media | Dtmf | Mark | Stop, strict=False).decode
_decode_unknown = msgspec.json.Decoder(Unknown).decode
_encode = msgspec.json.encode


def parse(data: str | bytes) -> Message:
    """One message as received from the socket: text frames as str, binary ones as bytes.

    Raises:
        ProtocolError: it is binary, too long, no JSON, or lacks a field it needs.
    """
    if not isinstance(data, str):
        raise ProtocolError("a binary frame")
    if len(data) > MAX_BYTES:
        raise ProtocolError(f"a message of more than {MAX_BYTES} bytes")
    try:
        message: Message = _decode(data)
        return message
    except msgspec.ValidationError as error:
        if (unknown := _unknown(data)) is not None:
            return unknown
        raise ProtocolError(f"a message with a wrong or missing field ({_told(error)})") from None
    except (ValueError, RecursionError):
        raise ProtocolError("a message that is not JSON") from None


def _told(error: msgspec.ValidationError) -> str:
    """What is wrong and where, without a value out of the message: this is written to the log."""
    told = str(error)
    return told.rpartition(" - at ")[2] if told.startswith("Invalid value") else told


def _unknown(data: str) -> Unknown | None:
    try:
        message = _decode_unknown(data)
    except (ValueError, RecursionError):
        return None
    return None if message.event in _KNOWN else message


def media(stream_sid: str, payload: bytes) -> str:
    """Sound to append to what is being played: µ-law, any length."""
    encoded = base64.b64encode(payload).decode("ascii")
    return f'{{"event":"media","streamSid":"{stream_sid}","media":{{"payload":"{encoded}"}}}}'


def mark(stream_sid: str, name: str) -> str:
    """Asks for a mark back when everything sent before it has been played."""
    return f'{{"event":"mark","streamSid":"{stream_sid}","mark":{{"name":{_encode(name).decode()}}}}}'


def clear(stream_sid: str) -> str:
    """Drops what has not been played yet."""
    return f'{{"event":"clear","streamSid":"{stream_sid}"}}'
