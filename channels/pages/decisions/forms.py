"""What the forms of the pages bring, and what of it is refused before anything else is done."""

from __future__ import annotations

from typing import Literal
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from starlette.requests import ClientDisconnect, Request

from emads_voice.errors import EmadsVoiceError

MOST_BYTES = 64 * 1024
MOST_TEXT = 2_000
"""Characters of what is to be changed."""
_MOST_FIELDS = 10


class FormError(EmadsVoiceError):
    """A form cannot be used: it is none, is too large, or lacks something."""


class Review(BaseModel):
    """A decision on one version of a plan.

    Attributes:
        form_key: see :attr:`.sessions.SignedIn.form_key`.
        version: of the plan that was read.
        plan_hash: its hash.
        verdict: the button that was pressed.
        feedback: what was written.
    """

    model_config = ConfigDict(frozen=True)

    form_key: SecretStr
    version: int = Field(ge=1, le=1_000_000)
    plan_hash: str = Field(pattern="^[0-9a-f]{64}$")
    verdict: Literal["approve", "reject", "edit", "withdraw"]
    feedback: str = ""


async def read_fields(request: Request) -> dict[str, str]:
    """The fields of a form.

    Raises:
        FormError: it is no form, or too large; no more of it is read then.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise FormError("not a form")
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > MOST_BYTES:
                raise FormError("too large")
    except ClientDisconnect:
        raise FormError("cut off") from None
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise FormError("not a form") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise FormError("a field comes twice")
    return fields


def read_review(fields: dict[str, str]) -> Review:
    """The decision in a form.

    Raises:
        FormError: something of it is missing or invalid.
    """
    try:
        return Review.model_validate(fields)
    except ValidationError:
        raise FormError("incomplete") from None


def is_from_elsewhere(request: Request) -> bool:
    """Whether a browser says that another site sent this."""
    return request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
