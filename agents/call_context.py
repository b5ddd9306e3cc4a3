"""What an agent may know of the call it is asked in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from langgraph.runtime import get_runtime
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema


class CallContext(BaseModel):
    """Who is calling and how: the part of the voice graph's context that agents may use. All of it may be empty."""

    language: str = Field(
        default="",
        title="Language",
        description="The caller's language, by name or code (Vietnamese, vi). Empty: it is detected.",
        json_schema_extra={"langgraph_nodes": ["listen"]},
    )
    channel: SkipJsonSchema[str] = Field(default="", exclude=True)
    """How the caller reaches us: "phone", "browser", "file", "http"."""
    caller: SkipJsonSchema[str] = Field(default="", exclude=True, repr=False)
    """Who is on the other side: a number, E.164 where it is known so, or an address; "" if withheld."""
    called: SkipJsonSchema[str] = Field(default="", exclude=True, repr=False)
    """Our number."""
    call_sid: SkipJsonSchema[str] = Field(default="", exclude=True)
    """The telephone company's id of the call."""
    direction: SkipJsonSchema[str] = Field(default="", exclude=True)
    """Who rang whom: "inbound" or "outbound"."""
    purpose: SkipJsonSchema[str] = Field(default="", exclude=True, repr=False)
    """Why we rang them, in the words they are told; "" if they rang us."""
    parameters: SkipJsonSchema[dict[str, str]] = Field(default={}, exclude=True, repr=False)
    """What else the call was given, by name."""


_begun_for: ContextVar[CallContext | None] = ContextVar("call_context", default=None)


@contextmanager
def asked_in(call: CallContext) -> Iterator[None]:
    """Let agents that are asked outside of a graph's run know the call: an answer may be begun before the run is."""
    token = _begun_for.set(call)
    try:
        yield
    finally:
        _begun_for.reset(token)


def current_call() -> CallContext:
    """The call an agent is asked in; an empty one where nothing is known of it."""
    try:
        known = get_runtime().context
    except (RuntimeError, KeyError):  # outside of a graph
        known = None
    return known if isinstance(known, CallContext) else _begun_for.get() or CallContext()
