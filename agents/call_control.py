"""What an agent asks to have done with the call, once its answer was heard.

An `Agent` puts it into ``Analysis.then``. Agents of others (graphs, chains, functions) call :func:`then` while they
answer, from a tool or a node. Where there is no call, as over HTTP, whoever runs the turn finds it in ``Turn.then``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field


class _Control(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Transfer(_Control):
    """Put the caller through to a person. Where nobody can be reached, they may leave a message.

    Attributes:
        reason: why, for the log.
        briefing: what the person is told before the caller is connected, in the caller's language; the caller does not
            hear it. What the caller is to hear stands in the answer.
        to: whom, by an address the line understands, such as +84901234567; "" is whoever takes over for the deployment.
            Never let a caller or a chat model choose it: calls cost money.
    """

    kind: Literal["transfer"] = "transfer"
    reason: str = ""
    briefing: str = ""
    to: str = ""


class HangUp(_Control):
    """End the call. The answer is the goodbye; where there is none, ours is said."""

    kind: Literal["hang_up"] = "hang_up"


class AskKeys(_Control):
    """Take the next number the caller keys so.

    Attributes:
        digits: how many it has, if that is known: no "#" is needed then, and nobody waits for more.
        secret: its digits are never text, nor is any key after them until keys are asked for anew. The agent is given
            a reference, and whoever may know them takes them by :func:`.secret_keys.take_keys`.
    """

    kind: Literal["ask_keys"] = "ask_keys"
    digits: int | None = Field(default=None, ge=1, le=40)
    secret: bool = False


class Pause(_Control):
    """Leave the caller time, to look for a paper, say: nobody asks whether they are there.

    Attributes:
        seconds: how long.
    """

    kind: Literal["pause"] = "pause"
    seconds: float = Field(default=60.0, gt=0, le=600)


CallControl: TypeAlias = Annotated[Transfer | HangUp | AskKeys | Pause, Field(discriminator="kind")]

_asked: ContextVar[list[CallControl]] = ContextVar("emads_voice_call_control")
_call: ContextVar[Callable[[CallControl], None]] = ContextVar("emads_voice_call", default=lambda _: None)


def then(control: CallControl) -> None:
    """Ask for something to be done with the call once this answer was heard; asked twice, the last counts.

    Keys are asked for at once: callers begin to key while they still hear the question.

    It is called while an agent that ``as_agent`` has made answers: in a tool, a node, a chain or a function. What was
    asked before an ``interrupt()`` is forgotten by it.

    Raises:
        RuntimeError: no such agent is answering.
    """
    try:
        _asked.get().append(control)
        _call.get()(control)
    except LookupError:
        raise RuntimeError(
            "then() asks for something to be done after an answer, and none is being made: call it in a tool or a node "
            "of an agent that as_agent made; other agents put it into Analysis.then."
        ) from None


@contextmanager
def heard_by(call: Callable[[CallControl], None]) -> Iterator[None]:
    """While an agent answers: the call is told of what it asks for by :func:`then`, at once and in any thread."""
    token = _call.set(call)
    try:
        yield
    finally:
        _call.reset(token)


@contextmanager
def asking() -> Iterator[list[CallControl]]:
    """While an agent answers: gives the list of what it asks for by :func:`then`, in order."""
    asked: list[CallControl] = []
    token = _asked.set(asked)
    try:
        yield asked
    finally:
        _asked.reset(token)
