"""The audit trail: what happened in each conversation, told to somebody who keeps it.

Spans are no audit trail: an exporter loses what it has queued when its process dies. An :class:`AuditLog`
returns from ``append`` only when the record is safe. The log that ships is :mod:`emads_voice.observability.ledger`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal, Protocol, get_args

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from emads_voice.errors import EmadsVoiceError


class AuditError(EmadsVoiceError, RuntimeError):
    """A record that could not be kept. The turn stops: what cannot be recorded is not acted on.

    A ``RuntimeError`` because LangGraph's server hides the message of any exception it does not know.
    """


def _whole(text: str) -> str:
    """Without half characters (lone surrogates), which servers send as ``"\\ud800"`` and no file can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


Text = Annotated[str, AfterValidator(_whole)]

Kind = Literal[
    "call_started",
    "disclosed",
    "recording_agreed",
    "recording_refused",
    "voice_input",
    "routed",
    "analysed",
    "proposed",
    "read_back",
    "reviewed",
    "executed",
    "notified",
    "said",
    "asked",
    "announced",
    "barge_in",
    "false_interruption",
    "not_heard",
    "failed_over",
    "timed_out",
    "sound_dropped",
    "transferred",
    "secret_keys",
    "message_left",
    "error",
    "ended",
    "recalled",
    "remembered",
    "forgotten",
    "erased",
    "gap",
]
"""What happened; ``docs/audit.md`` has a line and the ``details`` of each."""

KINDS: tuple[Kind, ...] = get_args(Kind)


class AuditEvent(BaseModel):
    """One thing that happened. Text is redacted by whoever writes it; audio is named by its hash, never kept.

    Attributes:
        kind: what happened.
        at: when, with its time zone.
        thread_id: the conversation; "" where a graph runs without one.
        turn: its number in the conversation, from 1; 0 outside of turns.
        text: what was heard or said, or why, in words; redacted.
        played: what of ``text`` the caller was played, where we spoke; redacted.
        language: the language it was said in, by name; "" when nobody spoke.
        model: what recognised it, "whisper:base"; "typed" or "keypad" where nothing was spoken; "" for silence.
        audio_sha256: identifies the recording; "" for typed text.
        duration_s: length of the recording.
        trace_id: the OpenTelemetry trace of the turn (hex); "" when not traced.
        id: what other records call this one by; "" where none needs to.
        person: who is at the other end, a number or a user's name; "": whoever was before in the conversation. It is
            kept as a keyed hash.
        details: what else there is to know of this kind. Nobody's words and no personal data: they are not erased with
            the person.
    """

    # A length that is no number is kept as one: JSON has none, and null would make the record unreadable.
    model_config = ConfigDict(frozen=True, ser_json_inf_nan="strings")

    kind: Kind = "voice_input"
    at: AwareDatetime
    thread_id: Text
    turn: int = 0
    text: Text = ""
    played: Text = ""
    language: Text = ""
    model: Text = ""
    audio_sha256: Text = ""
    duration_s: float = 0.0
    trace_id: Text = ""
    id: Text = ""
    person: Text = Field(default="", repr=False)
    details: Mapping[str, Text | bool | int | float | None] = {}


class AuditLog(Protocol):
    """Where audit records go."""

    async def append(self, event: AuditEvent) -> None:
        """Keep a record; returns once it would survive the process being killed.

        Raises:
            AuditError: it could not be kept.
        """

    def note(self, event: AuditEvent) -> None:
        """Keep a record soon, after those before it; nobody waits. One that is lost is told in a ``gap`` later on."""


def now() -> datetime:
    """The current time with the local time zone, for :attr:`AuditEvent.at`."""
    return datetime.now().astimezone()
