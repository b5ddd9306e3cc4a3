"""An entry of the ledger as bytes: what is hashed, and what of it is sealed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from emads_voice.observability.audit import AuditEvent

from .merkle import leaf_hash

if TYPE_CHECKING:
    from .sealing import Key

FIRST = bytes(32)
"""Stands for the hash of the entry before a conversation's first."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What an entry says, as it is written. Its fields are JSON's, in this order.

    Attributes:
        version: of this form.
        conversation: its thread.
        sequence: its number in the conversation, from 1.
        previous: the hash of the entry before, in hex.
        kind, at, turn, language, model, duration_s, trace_id, id, details: the event's.
        key: what the rest is sealed with; its person, see :mod:`.sealing`.
        person: who spoke, as a keyed hash in hex; "" if nobody is known.
        sealed: the event's text, what was played and the recording's hash, in base64.
    """

    version: int
    conversation: str
    sequence: int
    previous: str
    kind: str
    at: str
    turn: int
    language: str
    model: str
    duration_s: float | str
    trace_id: str
    id: str
    details: dict[str, Any]
    key: str
    person: str
    sealed: bytes


class Sealed(msgspec.Struct, frozen=True):
    """What only the holder of the person's key can read.

    Attributes:
        text: what was heard or said.
        played: what of it was played.
        audio_sha256: identifies the recording.
    """

    text: str
    played: str
    audio_sha256: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the ledger.

    Attributes:
        conversation: its thread.
        sequence: its number there, from 1.
        record: what is hashed: a :class:`Record` in JSON.
        hash: of the record, 32 bytes. The next entry of the conversation names it.
        position: in the log of all conversations, from 0; None before the first checkpoint after it.
    """

    conversation: str
    sequence: int
    record: bytes
    hash: bytes
    position: int | None = None

    @property
    def name(self) -> str:
        """What it is called on the command line: the conversation and its number there."""
        return f"{self.conversation}:{self.sequence}"


def write_record(event: AuditEvent, sequence: int, previous: bytes, key: Key) -> bytes:
    """An event as the bytes of its entry."""
    hidden = Sealed(event.text, event.played, event.audio_sha256)
    length = event.duration_s
    record = Record(
        version=1,
        conversation=event.thread_id,
        sequence=sequence,
        previous=previous.hex(),
        kind=event.kind,
        at=event.at.isoformat(),
        turn=event.turn,
        language=event.language,
        model=event.model,
        duration_s=length if math.isfinite(length) else str(length),
        trace_id=event.trace_id,
        id=event.id,
        details=dict(event.details),
        key=key.id,
        person=key.person,
        sealed=key.seal(_ENCODER.encode(hidden)),
    )
    return _ENCODER.encode(record)


def read_record(data: bytes) -> Record:
    """The record in the bytes of an entry.

    Raises:
        ValueError: there is none.
    """
    try:
        return _RECORDS.decode(data)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def event_of(record: Record, hidden: Sealed | None) -> AuditEvent:
    """The event that a record tells of.

    Args:
        record: an entry's.
        hidden: what was sealed in it; None if its key is gone.
    """
    return AuditEvent.model_validate(
        {
            "kind": record.kind,
            "at": record.at,
            "thread_id": record.conversation,
            "turn": record.turn,
            "text": hidden.text if hidden else "",
            "played": hidden.played if hidden else "",
            "language": record.language,
            "model": record.model,
            "audio_sha256": hidden.audio_sha256 if hidden else "",
            "duration_s": record.duration_s,
            "trace_id": record.trace_id,
            "id": record.id,
            "details": record.details,
        }
    )


def read_sealed(data: bytes) -> Sealed:
    """What was sealed, opened."""
    return _HIDDEN.decode(data)


def hash_of(record: bytes) -> bytes:
    """The hash of an entry: that of a leaf of RFC 6962, so that the log's tree is made of the chains' own hashes."""
    return leaf_hash(record)


_ENCODER = msgspec.json.Encoder()
_RECORDS = msgspec.json.Decoder(Record)
_HIDDEN = msgspec.json.Decoder(Sealed)
