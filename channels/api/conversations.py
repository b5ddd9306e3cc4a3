"""``GET /v1/conversations/{thread}``: what was said so far."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from emads_voice.graph.own_graphs import kept_turn

from .answers import Conversation, conversation
from .describing import described
from .parts import THREAD, Parts
from .requests.errors import ApiError


def routes(parts: Parts) -> APIRouter:
    """The route."""
    router = APIRouter()

    @router.get(
        "/conversations/{thread}",
        summary="Read a conversation",
        tags=["Conversation"],
        response_model=Conversation,
        responses=described({}, 404, 504),
        openapi_extra={
            "parameters": [
                {
                    "name": "thread",
                    "in": "path",
                    "required": True,
                    "description": "The conversation, as an answer names it.",
                    "schema": {"type": "string", "pattern": THREAD},
                    "example": "monday",
                }
            ]
        },
    )
    async def read(request: Request) -> Response:
        """Its messages, how many turns it has, its language, what was played, and what agents wait to be told.

        Of an answer that the caller interrupted, the message holds what they heard.
        """
        thread = request.path_params["thread"]
        if not parts.graph.checkpointer or not re.fullmatch(THREAD, thread):
            raise _unknown()
        turn, snapshot = await parts.work.whole(
            request, kept_turn(parts.graph, {"configurable": {"thread_id": parts.thread_id(thread)}})
        )
        if not snapshot.values:
            raise _unknown()
        found = conversation(thread, turn, snapshot.interrupts)
        return JSONResponse(found.model_dump(mode="json"))

    return router


def _unknown() -> ApiError:
    return ApiError(
        404,
        "conversation_not_found",
        "There is no such conversation: use the thread that an answer named.",
        param="thread",
    )
