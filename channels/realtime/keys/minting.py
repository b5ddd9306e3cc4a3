"""``POST /v1/realtime/client_secrets``, in OpenAI's shape: a key for a browser."""

from __future__ import annotations

import logging
import time
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from emads_voice.channels.api.describing import described
from emads_voice.channels.api.parts import THREAD
from emads_voice.channels.api.requests.errors import ApiError
from emads_voice.channels.api.requests.keys import ApiKeys
from emads_voice.channels.api.requests.reading import JSON, content_type, read_json
from emads_voice.channels.realtime.client_events import BadEventError
from emads_voice.channels.realtime.session_config import SessionConfig
from emads_voice.database import DatabaseError

from .client_secrets import DEFAULT_S, LONGEST_S, SHORTEST_S, ClientSecrets, Grant

_log = logging.getLogger(__name__)


class ExpiresAfter(BaseModel):
    """How long the key can be used."""

    anchor: Literal["created_at"] = "created_at"
    seconds: int = Field(DEFAULT_S, ge=SHORTEST_S, le=LONGEST_S)


class Person(BaseModel):
    """Ours: who is to talk with the key, and in which conversation."""

    model_config = ConfigDict(extra="forbid")  # whom a wrong name leaves out would talk as nobody

    events: bool = Field(False, description="Whether the client gets our own events, emads.….")
    thread: str = Field("", pattern=f"^$|{THREAD}", description="The conversation to go on with.")
    caller: str = Field(
        "", max_length=200, description="Who talks, as your server knows them; for the agents."
    )
    parameters: dict[str, str] = Field({}, max_length=50, description="What else agents are to know.")


class WantedSession(BaseModel):
    """As in ``session.update``."""

    model_config = ConfigDict(extra="allow")

    emads: Person = Person(events=False, thread="", caller="", parameters={})


class SecretRequest(BaseModel):
    """What the key is to open."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"session": {"type": "realtime", "emads": {"caller": "an@example.com"}}}]
        }
    )

    expires_after: ExpiresAfter = ExpiresAfter(seconds=DEFAULT_S)
    session: WantedSession = Field(
        WantedSession(), description="As in session.update; with emads, also who is to talk."
    )


class ClientSecret(BaseModel):
    """A key, good for one session."""

    value: str
    expires_at: int = Field(description="Seconds since 1970.")
    session: dict[str, Any]


def routes(issued: ClientSecrets, keys: ApiKeys, recognizer: str) -> APIRouter:
    """The route.

    Args:
        issued: the keys that were made.
        keys: the deployment's, which the API has asked for already.
        recognizer: as sessions name it.
    """
    router = APIRouter()

    @router.post(
        "/realtime/client_secrets",
        summary="Make a key for a browser",
        tags=["OpenAI's shapes"],
        responses=described({}, 400, 408, 415, 429),
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {JSON: {"schema": SecretRequest.model_json_schema()}},
            }
        },
    )
    async def make(request: Request) -> ClientSecret:
        """The key opens one session of /v1/realtime, begun before it expires."""
        content_type(request, JSON)
        asked = await read_json(request, SecretRequest)
        try:
            wanted = asked.session.model_dump(exclude_unset=True)
            config = SessionConfig().updated({**wanted, "emads": {"events": asked.session.emads.events}})
        except BadEventError as error:
            raise ApiError(400, error.code, error.message, param=error.param) from None
        person = asked.session.emads
        client = keys.client(request.headers.get("authorization", "")) or ""
        grant = Grant(config, client, person.thread, person.caller, person.parameters)
        try:
            value = await issued.issue(grant, asked.expires_after.seconds)
        except DatabaseError as error:
            _log.error("A key for a browser could not be made: %s", error)
            raise ApiError(503, "unavailable", "Keys cannot be kept now: try again later.") from None
        if value is None:
            raise ApiError(
                429,
                "too_many_keys",
                "Too many keys wait to be used: make one when somebody is about to talk.",
            )
        expires_at = int(time.time()) + asked.expires_after.seconds
        shown = config.shown("", thread=person.thread, recognizer=recognizer, expires_at=expires_at)
        return ClientSecret(value=value, expires_at=expires_at, session=shown)

    return router
