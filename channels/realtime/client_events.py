"""What clients send, as OpenAI's Realtime protocol (GA) has it: parsed with types, refused with a sentence.

See https://platform.openai.com/docs/api-reference/realtime-client-events. Fields we have no use for are skipped.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from emads_voice.errors import EmadsVoiceError

MAX_CONTROL_BYTES = 65_536
"""The longest event without sound in it."""
MAX_BYTES = 1_048_576
"""The longest event with sound: 16 s of pcm16 at 24 kHz, as base64."""

Id = Annotated[str, Meta(max_length=512)]


class ClientEvent(Struct, frozen=True, tag_field="type", kw_only=True):
    """What all have: a name by which errors may say which one they are about."""

    event_id: Id | None = None


class SessionUpdate(ClientEvent, frozen=True, tag="session.update"):
    """How the session is to be from now on; what is left out stays."""

    session: dict[str, Any]


class Append(ClientEvent, frozen=True, gc=False, tag="input_audio_buffer.append"):
    """The caller's sound, in the session's input format."""

    audio: bytes


class Commit(ClientEvent, frozen=True, tag="input_audio_buffer.commit"):
    """What was appended is an utterance, where nobody else decides that."""


class ClearInput(ClientEvent, frozen=True, tag="input_audio_buffer.clear"):
    """What was appended is to be forgotten."""


class ItemCreate(ClientEvent, frozen=True, tag="conversation.item.create"):
    """A message of the client's: typed text, or a recording."""

    item: dict[str, Any]
    previous_item_id: Id | None = None


class ItemRetrieve(ClientEvent, frozen=True, tag="conversation.item.retrieve"):
    """Asks for an item as it is known here."""

    item_id: Id


class ItemDelete(ClientEvent, frozen=True, tag="conversation.item.delete"):
    """Asks to forget an item."""

    item_id: Id


class ItemTruncate(ClientEvent, frozen=True, tag="conversation.item.truncate"):
    """So much of a message of ours was played, and no more will be."""

    item_id: Id
    audio_end_ms: Annotated[int, Meta(ge=0, le=10**9)]
    content_index: Annotated[int, Meta(ge=0, le=0)] = 0


class ResponseCreate(ClientEvent, frozen=True, tag="response.create"):
    """What the caller has said or typed is to be answered."""

    response: dict[str, Any] | None = None


class ResponseCancel(ClientEvent, frozen=True, tag="response.cancel"):
    """We are to stop talking."""

    response_id: Id | None = None


class ClearOutput(ClientEvent, frozen=True, tag="output_audio_buffer.clear"):
    """We are to stop talking, and what was not played yet is dropped."""


class PlayedSoFar(ClientEvent, frozen=True, tag="emads.played"):
    """Ours: so much of a message has been played so far; for clients that know it."""

    item_id: Id
    audio_end_ms: Annotated[float, Meta(ge=0, le=10**9)]


class _Named(Struct, frozen=True):
    """As much of a wrong event as tells which one it was."""

    type: Any = None
    event_id: Any = None


Event = (
    SessionUpdate
    | Append
    | Commit
    | ClearInput
    | ItemCreate
    | ItemRetrieve
    | ItemDelete
    | ItemTruncate
    | ResponseCreate
    | ResponseCancel
    | ClearOutput
    | PlayedSoFar
)

_decode = msgspec.json.Decoder(Event).decode
_decode_named = msgspec.json.Decoder(_Named).decode
_KNOWN = frozenset(kind.__struct_config__.tag for kind in Event.__args__)


class BadEventError(EmadsVoiceError):
    """An event that cannot be taken; told to the client, and the session goes on.

    Attributes:
        code: what is wrong, for programs.
        message: one sentence that says what to do.
        param: the field that is wrong, if it is one.
        event_id: the name of the client's event, if it has one.
    """

    def __init__(
        self, code: str, message: str, *, param: str | None = None, event_id: str | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.param = param
        self.event_id = event_id


def parse(data: str | bytes) -> Event:
    """One message as received from the socket: text frames as str, binary ones as bytes.

    Raises:
        BadEventError: it is no event, or none that is known here.
    """
    if not isinstance(data, str):
        raise BadEventError(
            "invalid_event",
            "A binary message was refused: send events as JSON, with sound in them as base64.",
        )
    if len(data) > MAX_BYTES:
        raise BadEventError(
            "event_too_long",
            f"An event may have {MAX_BYTES} bytes: send sound in shorter pieces, as it is recorded.",
        )
    try:
        event: Event = _decode(data)
    except msgspec.ValidationError as error:
        raise _refused(data, error) from None
    except (ValueError, RecursionError):
        raise BadEventError("invalid_json", "A message is not JSON: send one event in each.") from None
    if len(data) > MAX_CONTROL_BYTES and not isinstance(event, Append):
        raise BadEventError(
            "event_too_long",
            f"An event without sound may have {MAX_CONTROL_BYTES} bytes: send a shorter one.",
            event_id=event.event_id,
        )
    return event


def _refused(data: str, error: msgspec.ValidationError) -> BadEventError:
    try:
        named = _decode_named(data)
    except (ValueError, RecursionError):
        return BadEventError("invalid_event", "A message is no event: send an object with a type.")
    kind = named.type if isinstance(named.type, str) else ""
    event_id = named.event_id if isinstance(named.event_id, str) else None
    if not kind:
        return BadEventError(
            "invalid_event", "An event has no type: send one.", param="type", event_id=event_id
        )
    if kind not in _KNOWN:
        return BadEventError(
            "unknown_event",
            f"There is no event {kind[:100]!r} here: docs/browser.md lists those there are.",
            param="type",
            event_id=event_id,
        )
    told, _, where = str(error).partition(" - at ")
    param = where.strip("`$.") or None
    if kind == "input_audio_buffer.append":
        told = "The field audio is missing, or is no base64"
    elif told.startswith("Invalid value"):
        told = "A field has a value that it cannot have"
    return BadEventError(
        "invalid_event",
        f"The event {kind} is wrong: {told[:1].lower()}{told[1:]}.",
        param=param,
        event_id=event_id,
    )
