"""``GET /v1/models``, in OpenAI's shape, and the names that clients may call our models by."""

from __future__ import annotations

import re
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from .describing import described
from .parts import Parts
from .requests.errors import ApiError

MODEL = "emads-model"
"""The header that tells which model answered."""

TRANSCRIPTION_MODELS = re.compile(r"whisper-1|gpt-4o-(mini-)?transcribe(-[0-9-]+)?|gpt-transcribe")
SPEECH_MODELS = re.compile(r"tts-1(-hd)?|gpt-4o-mini-tts(-[0-9-]+)?")
"""OpenAI's names, which existing clients send: ours answer to them."""


class Model(BaseModel):
    """A model."""

    id: str
    object: Literal["model"] = "model"
    created: Literal[0] = Field(default=0, description="Unknown here: always 0.")
    owned_by: Literal["emads-voice"] = "emads-voice"


class Models(BaseModel):
    """The recogniser and the synthesiser."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "object": "list",
                    "data": [
                        {"id": "whisper:base", "object": "model", "created": 0, "owned_by": "emads-voice"}
                    ],
                }
            ]
        }
    )

    object: Literal["list"] = "list"
    data: list[Model]


def routes(parts: Parts) -> APIRouter:
    """The route."""
    router = APIRouter()

    @router.get("/models", summary="List the models", tags=["OpenAI's shapes"], responses=described({}))
    async def models() -> Models:
        """The recogniser that transcribes, and the synthesiser that speaks. Either answers to OpenAI's names too."""
        return Models(data=[Model(id=parts.recognizer.name), Model(id=parts.synthesizer.name)])

    return router


def known_model(asked: str, ours: str, others: re.Pattern[str]) -> None:
    """Refuse a model that is not here.

    Args:
        asked: what a client named; "" for whatever there is.
        ours: the name of the one there is.
        others: names that it answers to.

    Raises:
        ApiError: it is none of these.
    """
    if asked and asked != ours and not others.fullmatch(asked):
        raise ApiError(
            404,
            "model_not_found",
            f"There is no model {asked[:100]!r} here: name {ours}, or leave it out.",
            param="model",
        )
