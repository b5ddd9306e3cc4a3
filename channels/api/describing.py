"""How the routes are described in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from .requests.errors import ErrorBody

_REFUSALS: Mapping[int, tuple[str, str]] = {
    400: ("A field is wrong, or the recording cannot be used.", "bad_audio"),
    401: ("The key is missing or not known.", "invalid_api_key"),
    404: ("There is no such thing.", "not_found"),
    406: ("No form of answer that is accepted can be had.", "unsupported_format"),
    408: ("The request did not come in time.", "request_timeout"),
    409: ("The conversation is busy with another question.", "conversation_busy"),
    413: ("The request is too large.", "request_too_large"),
    415: ("The body's content type is not understood.", "unsupported_content_type"),
    422: ("No speech was heard.", "no_speech"),
    429: ("There were too many requests with this key.", "rate_limit_exceeded"),
    500: ("The server failed.", "server_error"),
    502: ("A model failed.", "recognition_failed"),
    503: ("The server is busy, or a model is not available.", "overloaded"),
    504: ("The answer took too long.", "timeout"),
}
EVENT: Mapping[str, Any] = {
    "type": "object",
    "description": "One server-sent event.",
    "properties": {
        "event": {"type": "string", "description": "Its kind, unless the data names it."},
        "data": {"type": "string", "contentMediaType": "application/json", "description": "JSON."},
    },
    "required": ["data"],
}
"""The schema of each event of a stream."""

_EVERYWHERE = (401, 413, 429, 500, 503)


def described(responses: dict[int | str, dict[str, Any]], *refusals: int) -> dict[int | str, dict[str, Any]]:
    """The responses of a route: its own, and its refusals, with those that every route has."""
    told = dict(responses)
    for status in sorted({*refusals, *_EVERYWHERE}):
        told[status] = refused(status, *_REFUSALS[status])
        if status in (429, 503):
            told[status]["headers"] = {
                "Retry-After": {
                    "description": "Seconds to wait.",
                    "schema": {"type": "integer"},
                    "required": False,
                }
            }
    return told


def refused(status: int, description: str, code: str) -> dict[str, Any]:
    """One refusal, as a response of a route."""
    kind = "server_error" if status >= 500 else "invalid_request_error"
    kind = {401: "authentication_error", 429: "rate_limit_error"}.get(status, kind)
    example = {"error": {"message": description, "type": kind, "param": "audio", "code": code}}
    return {
        "description": description,
        "model": ErrorBody,
        "content": {"application/json": {"example": example}},
    }


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """The schema of a request's body, in one piece."""
    schema = model.model_json_schema()
    definitions = schema.pop("$defs", {})

    def inlined(part: Any) -> Any:
        if isinstance(part, list):
            return [inlined(each) for each in part]
        if not isinstance(part, dict):
            return part
        rest = {name: inlined(each) for name, each in part.items() if name != "$ref"}
        return {**definitions[part["$ref"].rpartition("/")[2]], **rest} if "$ref" in part else rest

    whole: dict[str, Any] = inlined(schema)
    return whole


def form_schema(model: type[BaseModel], required: tuple[str, ...] = (), **files: str) -> dict[str, Any]:
    """The schema of a form with the fields of a model and files.

    Args:
        model: whose fields it has.
        required: names of files that must be there.
        files: name → description of each file.
    """
    schema = schema_of(model)
    binary = {
        name: {"type": "string", "format": "binary", "description": told} for name, told in files.items()
    }
    schema["properties"] = {**binary, **schema["properties"]}
    schema["required"] = [*required, *schema.get("required", [])]
    schema.pop("examples", None)
    return schema
