"""What the graph of a meeting comes to: checkpointed, shown in Studio, JSON throughout. Never sound."""

from __future__ import annotations

from typing import Annotated, Literal

from langchain_core.messages import AnyMessage
from langgraph.graph.message import add_messages
from typing_extensions import TypedDict  # pydantic needs it before Python 3.12

from emads_voice.agents.minutes.forms import Action, Appointment, OpenQuestion, Taken
from emads_voice.agents.minutes.lines import Line
from emads_voice.graph.state import AsJson
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.writing import storable


class SegmentState(TypedDict):
    """Something that one person says; see :class:`emads_voice.voice.recognizer.Segment`. Without text it is a gap."""

    speaker: str
    text: str
    start_s: float
    end_s: float
    language_code: str
    unsure: bool


class RecordingState(TypedDict):
    """A recording with its speakers, heard."""

    name: str
    text: str
    language: str
    language_code: str
    duration_s: float
    model: str
    audio_sha256: str
    speakers: list[str]
    by_channel: bool
    """The speakers are the channels of the recording."""
    segments: list[SegmentState]
    faults: list[str]
    """What of the file could not be read."""
    failures: list[str]
    """What of it could not be recognised, and why."""


DateSource = Literal["given", "tag", "file"]
"""How it is known when a recording was made: it was said, the file's tags say so, or the file's own date."""


class MeetingInput(TypedDict, total=False):
    """What a run begins with: a human message with the recording as an audio block, unless the context names a file."""

    messages: Annotated[list[AnyMessage], add_messages]


class MeetingState(TypedDict, total=False):
    """The state of one meeting."""

    messages: Annotated[list[AnyMessage], add_messages]
    recording: RecordingState
    recorded_at: str
    """ISO 8601, with the time zone's offset: what dates as they were said are counted from."""
    recorded_by: DateSource
    time_zone: str
    found_by: str
    """What found the rest: "embedded", or a chat model."""
    model_failure: str
    """Why the chat model could not be used; "" if it could, or there is none."""
    dropped: int
    """Entries that were left out because nobody said what they quote."""
    actions: list[Annotated[dict[str, object], AsJson(Action)]]
    decisions: list[Annotated[dict[str, object], AsJson(Taken)]]
    appointments: list[Annotated[dict[str, object], AsJson(Appointment)]]
    questions: list[Annotated[dict[str, object], AsJson(OpenQuestion)]]
    minutes: str
    """In Markdown."""
    trace: str
    """As a W3C ``traceparent``."""


def recording_of(
    name: str, transcript: Transcript, faults: tuple[str, ...], *, by_channel: bool
) -> RecordingState:
    """What is kept of a transcript."""
    segments = [_segment(segment, transcript) for segment in transcript.segments]
    return RecordingState(
        name=storable(name),
        text=storable(transcript.text),
        language=transcript.language.name if transcript.language else "",
        language_code=transcript.language.code if transcript.language else "",
        duration_s=round(transcript.duration_s, 3),
        model=transcript.model,
        audio_sha256=transcript.audio_sha256,
        speakers=list(dict.fromkeys(segment["speaker"] for segment in segments if segment["speaker"])),
        by_channel=by_channel,
        segments=segments,
        faults=list(faults),
        failures=[f"{part.start_s:.1f}–{part.end_s:.1f} s: {part.text}" for part in transcript.failures],
    )


def lines_of(recording: RecordingState) -> list[Line]:
    """What was said, line by line; gaps are none."""
    return [
        Line(
            speaker=segment["speaker"],
            text=segment["text"],
            start_s=segment["start_s"],
            end_s=segment["end_s"],
            language=segment["language_code"],
            unsure=segment["unsure"],
        )
        for segment in recording["segments"]
        if segment["text"].strip()
    ]


def _segment(segment: Segment, transcript: Transcript) -> SegmentState:
    spoken = segment.language or (transcript.language if segment.text else None)
    return SegmentState(
        speaker=segment.speaker,
        text=storable(segment.text),
        start_s=round(segment.start_s, 3),
        end_s=round(segment.end_s, 3),
        language_code=spoken.code if spoken else "",
        unsure=segment.unsure,
    )
