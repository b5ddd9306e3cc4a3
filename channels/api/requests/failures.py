"""Which refusal an error comes to: what a client can mend in its own words, what its operator can in ours."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from emads_voice.agents.errors import AgentError
from emads_voice.channels.errors import (
    NothingPendingError,
    ResumeError,
    StaleThreadError,
    ThreadHeldError,
    ThreadLockError,
    TurnTimeoutError,
)
from emads_voice.observability import AuditError
from emads_voice.voice.errors import (
    AudioError,
    BackendError,
    LanguageError,
    RecognitionError,
    SynthesisError,
    TextError,
    UnknownVoiceError,
    WeightsError,
)

from .errors import ApiError

SHOWN = 300
"""Characters of a message about what a client sent, which may quote it."""

_CLIENTS: Mapping[type[Exception], tuple[int, str, str | None]] = {
    AudioError: (400, "bad_audio", None),  # audio or file, by the route
    TextError: (400, "text_too_long", "text"),
    LanguageError: (400, "unknown_language", "language"),
    UnknownVoiceError: (400, "unknown_voice", "voice"),
    NothingPendingError: (400, "nothing_pending", "resume"),
    ResumeError: (400, "bad_resume", "resume"),
}
"""What a client can mend, told in the error's own words, and the field it is about."""

_OURS: Mapping[type[Exception], tuple[int, str, str]] = {
    RecognitionError: (502, "recognition_failed", "The recogniser failed: ask again later."),
    SynthesisError: (502, "synthesis_failed", "The voice failed: ask again later, or for text alone."),
    AgentError: (502, "agent_failed", "The agent failed: ask again later."),
    WeightsError: (503, "model_unavailable", "A model of this server is not available: ask again later."),
    BackendError: (503, "model_unavailable", "A model of this server is not available: ask again later."),
    ThreadLockError: (
        503,
        "not_locked",
        "Conversations cannot be kept apart at the moment: ask again later.",
    ),
    AuditError: (503, "not_recorded", "The record of this could not be kept: ask again later."),
}
"""What its operator can mend: the error's own words, which may name files and servers, are for the log."""


def refusal(error: Exception) -> ApiError | None:
    """The refusal that an error comes to; None if it is a fault that nobody foresaw."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, ThreadHeldError | StaleThreadError):
        return ApiError(
            409,
            "conversation_busy",
            "This conversation is busy with another question: ask again when that is answered, or name another thread.",
            param="thread",
        )
    if isinstance(error, TimeoutError | TurnTimeoutError):
        return ApiError(
            504, "timeout", "The answer took too long and was given up: ask again, for less at once."
        )
    for kind in type(error).__mro__:
        if found := _CLIENTS.get(kind):
            status, code, param = found
            return ApiError(status, code, _cut(str(error)), param=param)
        if failed := _OURS.get(kind):
            return ApiError(*failed)
    return None


def fault() -> ApiError:
    """What a client is told of a fault that nobody foresaw."""
    return ApiError(
        500, "server_error", "This server failed: ask again later, and tell its operator the request's id."
    )


async def not_routed(request: Request, error: Exception) -> Response:
    """What a router refuses: an address or a method that is not there."""
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        refused = ApiError(
            405, "method_not_allowed", "This address has no such method: see the header Allow."
        )
    elif request.url.path.startswith("/v1/realtime"):  # tried by who expects WebRTC
        refused = ApiError(
            error.status_code,
            "not_found",
            "Sessions are held over a WebSocket at /v1/realtime, and not by WebRTC or SIP: see docs/browser.md.",
        )
    else:
        refused = ApiError(error.status_code, "not_found", "There is no such address: see /v1/openapi.json.")
    refused.headers.update(error.headers or {})
    return refused.response()


def _cut(message: str) -> str:
    return message if len(message) <= SHOWN else f"{message[:SHOWN]}…"
