"""How a request is refused: a status, and one sentence in OpenAI's shape."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from emads_voice.errors import EmadsVoiceError


class DecisionNow(BaseModel):
    """How a decision stands that could not be decided on."""

    id: str
    status: str = Field(description="`pending`, `replanning`, `approved`, `executed`, `rejected`…")
    version: int = Field(description="Of its plan.")
    plan_hash: str = Field(description="Of that version: its ETag, without quotes.")


class ErrorDetail(BaseModel):
    """What went wrong."""

    message: str = Field(description="One sentence that says what to do.")
    type: str = Field(
        description="`invalid_request_error`, `authentication_error`, `rate_limit_error` or `server_error`."
    )
    param: str | None = Field(description="The field that is wrong, if it is one.")
    code: str | None = Field(description="What went wrong, for programs; see docs/http-api.md.")
    thread: str | None = Field(
        None, description="The conversation it happened in; left out where it happened in none."
    )
    decision: DecisionNow | None = Field(
        None, description="How it stands instead, where a review was refused; else left out."
    )


class ErrorBody(BaseModel):
    """The body of every refusal, as OpenAI's clients expect it."""

    error: ErrorDetail


class ApiError(EmadsVoiceError):
    """A refusal; the message is told to the client."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        param: str | None = None,
        headers: Mapping[str, str] | None = None,
        thread: str | None = None,
        decision: Mapping[str, Any] | None = None,
    ) -> None:
        """
        Args:
            status: of HTTP.
            code: what went wrong, for programs.
            message: one sentence that says what to do.
            param: the field that is wrong, if it is one.
            headers: sent along.
            thread: the conversation it happened in, as the client names it; None for none.
            decision: the fields of :class:`DecisionNow`, where a review was refused.
        """
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.param = param
        self.headers = dict(headers or {})
        self.thread = thread
        self.decision = DecisionNow.model_validate(decision) if decision else None

    @property
    def body(self) -> dict[str, Any]:
        """See :class:`ErrorBody`."""
        detail = ErrorDetail(
            message=self.message,
            type=_type(self.status),
            param=self.param,
            code=self.code,
            thread=self.thread,
            decision=self.decision,
        )
        left_out = {name for name in ("thread", "decision") if getattr(self, name) is None}
        return {"error": detail.model_dump(exclude=left_out)}

    def response(self) -> Response:
        """The refusal as it is sent."""
        return JSONResponse(self.body, self.status, headers=self.headers)


def _type(status: int) -> str:
    if status == HTTPStatus.UNAUTHORIZED:
        return "authentication_error"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return "rate_limit_error"
    return "server_error" if status >= 500 else "invalid_request_error"
