"""What a run on a meeting is given besides its recording; Studio shows it as a form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from emads_voice.voice.speakers.hearing import Heard
from emads_voice.voice.transcription.watching import Watcher


class MeetingContext(BaseModel):
    """The context of one run: ``graph.ainvoke({}, context=MeetingContext(recording=Path("meeting.wav")))``.

    Everything is optional. Without ``recording`` the last human message holds it as an audio content block. Only code
    can name a file: nobody who sends a run over HTTP can have one of the server's read.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
        title="Meeting",
        json_schema_extra={"description": "Choices for one meeting; each may be left empty."},
    )

    speakers: list[str] = Field(
        default=[],
        title="Speakers",
        description="The names of those who speak, in the order in which they begin, or of the channels in theirs.",
        json_schema_extra={"langgraph_nodes": ["transcribe"]},
    )
    speaker_count: int | None = Field(
        default=None,
        ge=1,
        le=50,
        title="How many speak",
        description="If that is known. Empty: as many as names are given, else by their voices.",
        json_schema_extra={"langgraph_nodes": ["transcribe"]},
    )
    date: str = Field(
        default="",
        title="Date",
        description='When it was recorded, "2026-11-27" or "2026-11-27T09:00": "by Friday" is counted from there.',
        json_schema_extra={"langgraph_nodes": ["transcribe"]},
    )
    time_zone: str = Field(
        default="",
        title="Time zone",
        description="Where it was recorded: Asia/Ho_Chi_Minh. Empty: this machine's.",
        json_schema_extra={"langgraph_nodes": ["transcribe"]},
    )
    language: str = Field(
        default="",
        title="Language",
        description="What is spoken, if it is one language: vi, English. Empty: it is recognised.",
        json_schema_extra={"langgraph_nodes": ["transcribe"]},
    )
    hotwords: list[str] = Field(
        default=[],
        title="Hotwords",
        description="Names and terms that are likely.",
        json_schema_extra={"langgraph_nodes": ["transcribe"]},
    )
    recording: SkipJsonSchema[Path | None] = Field(default=None, exclude=True)
    voices: SkipJsonSchema[dict[str, Path]] = Field(default={}, exclude=True)
    """A clip of each whose voice is known, by name."""
    split: SkipJsonSchema[bool | None] = Field(default=None, exclude=True)
    """Whether the channels are speakers; None: if they differ like the sides of a call."""
    track: SkipJsonSchema[int | None] = Field(default=None, exclude=True)
    watcher: SkipJsonSchema[Watcher | None] = Field(default=None, exclude=True)
    on_heard: SkipJsonSchema[Callable[[Heard], None] | None] = Field(default=None, exclude=True)
    """Is given what was heard, with what no state keeps: the words' times and the picture of the sound."""
