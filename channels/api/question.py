"""What a client asks, and in which form it is to be answered."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from emads_voice.voice.ear import MAX_TYPED_CHARS
from emads_voice.voice.languages import Language, find_spoken

from .parts import THREAD, Parts
from .requests.errors import ApiError
from .requests.reading import FORM, JSON, as_model, content_type, read_form, read_json
from .requests.working import EVENTS

WAV = "audio/wav"


def _thread(name: str) -> str:
    if not re.fullmatch(THREAD, name):
        raise ValueError("a name has up to 200 characters, and neither slashes nor line ends in it")
    return name


def _written(text: str) -> str:
    if not text.strip():
        raise ValueError("there are no words in it")
    return text


Thread = Annotated[str, AfterValidator(_thread), Field(json_schema_extra={"pattern": THREAD})]
Text = Annotated[
    str,
    Field(min_length=1, max_length=MAX_TYPED_CHARS),
    AfterValidator(_written),
    Field(json_schema_extra={"pattern": r"\S"}),
]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class Ask(BaseModel):
    """A question, or the answer to one of an agent's."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"text": "Should we move to Kubernetes?", "thread": "monday"}]},
    )

    text: Text | None = Field(None, description="The question, in writing.")
    thread: Thread | None = Field(
        None, description="The conversation to go on with. Left out: a new one, whose name the answer tells."
    )
    language: str = Field(
        "", max_length=50, description="What is spoken, by code or name. Left out: it is recognised."
    )
    agents: list[Name] = Field([], max_length=20, description="Ask only these agents. Left out: any.")
    hotwords: list[Name] = Field(
        [], max_length=100, description="Names and terms that are likely, besides the deployment's."
    )
    resume: JsonValue = Field(
        None,
        description="What to tell the agent that waits, in place of a question; where several do, `{id: value}`. "
        "null goes on with a turn that stopped in the middle.",
    )
    answer_as: Literal["json", "events", "audio"] | None = Field(
        None, description="The form of the answer; in place of the header Accept."
    )
    speech: bool = Field(False, description="Events only: send the answer's sound along.")


@dataclass(frozen=True)
class Question:
    """What is to be done for a client."""

    ask: Ask
    sound: bytes | None
    language: Language | None
    thread: str


async def read_question(request: Request, parts: Parts) -> Question:
    sound: bytes | None = None
    if content_type(request, JSON, FORM) == JSON:
        ask = await read_json(request, Ask)
    else:
        form = await read_form(request)
        sound = form.files.pop("audio", None)
        if form.files:
            name = next(iter(form.files))
            raise ApiError(
                400, "invalid_request", f"The file {name} is not known: send it as audio.", param=name
            )
        resume = form.fields.pop("resume", None)
        ask = as_model(form, Ask, lists=("agents", "hotwords"))
        if resume is not None:
            ask = Ask.model_validate(
                {**ask.model_dump(exclude_unset=True), "resume": _json_or_text(resume[-1])}
            )
    if [ask.text is not None, sound is not None, "resume" in ask.model_fields_set].count(True) != 1:
        raise ApiError(
            400, "invalid_request", "Send one of these: text, a recording as audio, or resume.", param="text"
        )
    if unknown := [name for name in ask.agents if name not in parts.agents]:
        there_are = ", ".join(sorted(parts.agents)) or "none that can be named"
        raise ApiError(
            400,
            "unknown_agent",
            f"No agent is named {unknown[0]!r}: name one of these: {there_are}.",
            param="agents",
        )
    language = find_spoken(ask.language)
    return Question(ask, sound, language, ask.thread or str(uuid.uuid4()))


def _json_or_text(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def accepted(accept: str) -> Literal["json", "events", "audio"]:
    """The first of our forms that a client wants most.

    Raises:
        ApiError: it wants none of them.
    """
    ranges: list[tuple[str, float]] = []
    for each in accept.lower().split(",") if accept.strip() else ["*/*"]:
        kind, *options = (part.strip() for part in each.split(";"))
        quality = next((option[2:] for option in options if option.startswith("q=")), "")
        ranges.append((kind, float(quality) if quality.replace(".", "", 1).isdecimal() else 1.0))
    for kind, weight in sorted(ranges, key=lambda one: -one[1]):
        if weight and kind in ("*/*", "application/*", JSON):
            return "json"
        if weight and kind in ("text/*", EVENTS):
            return "events"
        if weight and kind in ("audio/*", WAV, "audio/x-wav", "audio/wave"):
            return "audio"
    raise ApiError(
        406,
        "unsupported_format",
        f"Answers come as {JSON}, {EVENTS} or {WAV}: accept one of these.",
        param="accept",
    )
