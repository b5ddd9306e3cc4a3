"""What a webhook says: an HTML form, read no further than one of Twilio's can go.

Until a signature has been checked, a form is a stranger's: reading it costs what its bytes cost, whatever is
written in them.
"""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qsl

from starlette.datastructures import ImmutableMultiDict
from starlette.requests import ClientDisconnect, Request

from emads_voice.errors import EmadsVoiceError

Form = ImmutableMultiDict[str, str]

CONTENT_TYPE = "application/x-www-form-urlencoded"
MAX_BYTES = 65_536
"""A call's form has about 1 kB; the results of add-ons may make it many times as long."""
MAX_FIELDS = 256
"""Twilio sends some 30 of its own, and one for each SIP header a caller's exchange adds."""
MAX_NAME = 256
"""Characters of a field's name. Twilio's longest has 40, before the name of a SIP header."""
DEADLINE_S = 10.0
"""For the whole form. Twilio sends it in one piece, and waits 15 s for the answer."""


class FormError(EmadsVoiceError):
    """A request whose form is none of Twilio's; the message is the answer."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


async def read_form(request: Request) -> Form:
    """The form of a request.

    Raises:
        FormError: it is no such form, is too long, has too many fields, or does not come in time.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != CONTENT_TYPE:
        raise FormError(415, f"Send a form as {CONTENT_TYPE}.")
    length = request.headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()):
        raise FormError(400, "Content-Length is no number.")
    if len(length) > len(str(MAX_BYTES)) or int(length) > MAX_BYTES:
        raise FormError(413, "The form is too long.")
    try:
        async with asyncio.timeout(DEADLINE_S):
            body = await _body(request)
    except TimeoutError:
        raise FormError(408, "The form did not come in time.") from None
    except ClientDisconnect:
        raise FormError(400, "The form was not sent to its end.") from None
    if not body.isascii():
        raise FormError(400, "The form is not percent-encoded.")
    if body.count(b"&") >= MAX_FIELDS:
        raise FormError(413, "The form has too many fields.")
    fields = parse_qsl(body.decode("ascii"), keep_blank_values=True)
    if any(len(name) > MAX_NAME for name, _ in fields):
        raise FormError(413, "The name of a field is too long.")
    return Form(fields)


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise FormError(413, "The form is too long.")
    return bytes(body)
