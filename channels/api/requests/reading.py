"""What a client sent: JSON or a form with a recording, made a model's fields, or refused with the field named."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File, FormParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from emads_voice.voice.sound.audio import Audio

from .errors import ApiError

JSON = "application/json"
FORM = "multipart/form-data"

READ_S = 120.0
"""For a whole body: 25 MB at 2 Mbit/s."""
MAX_JSON_BYTES = 262_144
MAX_FIELDS = 200
MAX_FIELD_BYTES = 65_536
"""Of one field that is no recording."""
DECODED_AT_ONCE = 2
"""Recordings: ten minutes of 48 kHz take 115 MB while they are decoded, and some formats hold far more."""

_Model = TypeVar("_Model", bound=BaseModel)


@dataclass
class Form:
    """A form.

    Attributes:
        fields: name → what was said under it, once or more often, in order.
        files: name → the bytes of a file.
    """

    fields: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)


async def read_body(request: Request) -> bytes:
    """All that the client sends; how much that may be, :mod:`.door` sees to.

    Raises:
        ApiError: it does not come in time, or breaks off.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(READ_S):
            async for chunk in request.stream():
                body += chunk
    except TimeoutError:
        raise ApiError(408, "request_timeout", "The request did not come in time: send it again.") from None
    except ClientDisconnect:
        raise ApiError(400, "incomplete_request", "The request broke off: send it again.") from None
    return bytes(body)


def content_type(request: Request, *allowed: str) -> str:
    """What kind of body it is.

    Raises:
        ApiError: none of those that are allowed.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in allowed:
        raise ApiError(
            415,
            "unsupported_content_type",
            f"This content type is not understood: send {' or '.join(allowed)}.",
        )
    return kind


async def read_json(request: Request, model: type[_Model]) -> _Model:
    """A JSON object as a model.

    Raises:
        ApiError: it is none, or a field is wrong.
    """
    body = await read_body(request)
    if len(body) > MAX_JSON_BYTES:
        raise ApiError(
            413, "request_too_large", f"JSON may have {MAX_JSON_BYTES:,} bytes: send a shorter text."
        )
    try:
        return model.model_validate_json(body)
    except ValidationError as invalid:
        raise _wrong(invalid) from None


async def read_form(request: Request) -> Form:
    """A form, parsed in a thread.

    Raises:
        ApiError: it is none, or has too many or too long fields.
    """
    body = await read_body(request)
    return await asyncio.to_thread(_parse, request.headers.get("content-type", ""), body)


def as_model(form: Form, model: type[_Model], *, lists: Sequence[str] = ()) -> _Model:
    """The fields of a form as a model; those left empty count as left out.

    Args:
        form: the form.
        model: what its fields are.
        lists: fields that may come several times, or with commas between what they hold.

    Raises:
        ApiError: a field is wrong.
    """
    given: dict[str, Any] = {}
    for name, values in form.fields.items():
        plain = name.removesuffix("[]")
        if plain in lists:
            given.setdefault(plain, []).extend(
                part.strip() for value in values for part in value.split(",") if part.strip()
            )
        elif len(values) > 1:
            raise ApiError(
                400, "invalid_request", f"The field {name} came several times: send it once.", param=name
            )
        elif values[0]:
            given[plain] = values[0]
    try:
        return model.model_validate(given)
    except ValidationError as invalid:
        raise _wrong(invalid) from None


class Decoder:
    """Turns uploads into sound, in threads, a few at once."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(DECODED_AT_ONCE)

    async def decode(self, data: bytes, *, max_duration_s: float, max_rate: int | None = None) -> Audio:
        """The sound of a recording, at ``max_rate`` samples per second at most.

        Raises:
            AudioError: it cannot be used, or is longer than ``max_duration_s``.
        """
        async with self._turns:
            return await asyncio.to_thread(
                Audio.decode, data, max_duration_s=max_duration_s, max_rate=max_rate
            )


def _parse(kind: str, body: bytes) -> Form:
    form = Form()
    _, options = parse_options_header(kind)
    count = 0

    def counted() -> None:
        nonlocal count
        count += 1
        if count > MAX_FIELDS:
            raise ApiError(
                413, "request_too_large", f"The form has more than {MAX_FIELDS} fields: send fewer."
            )

    def on_field(one: Field) -> None:
        counted()
        value = one.value or b""
        name = _text(one.field_name)
        if len(value) > MAX_FIELD_BYTES:
            raise ApiError(413, "request_too_large", f"The field {name} is too long: shorten it.", param=name)
        form.fields.setdefault(name, []).append(_text(value))

    def on_file(one: File) -> None:
        counted()
        name = _text(one.field_name)
        if name in form.files:
            raise ApiError(
                400, "invalid_request", f"The file {name} came several times: send one recording.", param=name
            )
        one.file_object.seek(0)
        form.files[name] = one.file_object.read()
        one.close()

    try:
        parser = FormParser(
            FORM,
            on_field,
            on_file,
            boundary=options.get(b"boundary"),
            config={"MAX_MEMORY_FILE_SIZE": len(body) + 1},
        )
        parser.write(body)
        parser.finalize()
    except FormParserError:
        raise ApiError(
            400, "invalid_form", "The body is no form of the type it says: encode it again."
        ) from None
    if not count:
        raise ApiError(400, "invalid_form", "The form is empty, or broken off: encode it again.")
    return form


def _text(value: bytes | None) -> str:
    try:
        return (value or b"").decode()
    except UnicodeDecodeError:
        raise ApiError(
            400, "invalid_form", "The form has a field that is not UTF-8: encode it again."
        ) from None


def _wrong(invalid: ValidationError) -> ApiError:
    first = invalid.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"][:2])
    reason = first["msg"].removeprefix("Value error, ").rstrip(".")
    reason = reason[:1].lower() + reason[1:]
    message = f"The field {where} is wrong: {reason}." if where else f"The request is wrong: {reason}."
    code = "text_too_long" if first["type"] == "string_too_long" else "invalid_request"
    return ApiError(400, code, f"{message} See docs/http-api.md.", param=where or None)
