"""The forms that minutes are kept in: JSON, as in actions.json, the state of the graph and what models fill in."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class Said(BaseModel):
    """Something that stands on words of the transcript."""

    quote: str = Field(description="the words it is taken from, exactly as they stand in the transcript")
    speaker: str = Field(default="", description="who says them")
    start_s: float = 0.0
    end_s: float = 0.0
    line: int = Field(default=0, description="the number of the line in which they begin, from 0")
    confidence: float = Field(default=0.5, ge=0, le=1, description="how certain it is that it was meant so")


class Action(Said):
    """Something that somebody is to do."""

    owner: str = Field(default="", description='who does it, by name or "Speaker 2"; "" if nobody was named')
    task: str = Field(description="what is to be done, in the language and words of the meeting")
    due_text: str = Field(default="", description="until when, as it was said; empty if that was not said")
    due: str = Field(
        default="", description="the same as a date, or date and time, in ISO 8601; empty if not certain"
    )


class Agreement(BaseModel):
    """Somebody's word on a decision."""

    who: str
    quote: str
    start_s: float


class Taken(Said):
    """A decision that was taken in the meeting."""

    text: str = Field(description="what was decided, in the words of the meeting")
    agreed: list[Agreement] = Field(default=[], description="who said yes, with their words")
    against: list[Agreement] = Field(default=[], description="who said no, with their words")


class Appointment(Said):
    """A meeting, call or visit that was agreed on."""

    title: str = Field(description="what takes place, in the words of the meeting")
    when_text: str = Field(default="", description="when, as it was said")
    start: str = Field(
        default="", description="the same as a date, or date and time, in ISO 8601; empty if not certain"
    )


class OpenQuestion(Said):
    """What is left open: a date that may be two, a task without an owner."""

    kind: Literal["date", "owner"]
    text: str = Field(description="the question, as somebody who was there can answer it")
    options: list[str] = Field(default=[], description="the dates that may be meant, in ISO 8601")


class Findings(BaseModel):
    """What was found in a transcript, before dates are resolved."""

    actions: list[Action] = []
    decisions: list[Taken] = []
    appointments: list[Appointment] = []
    dropped: int = Field(default=0, description="claims whose quote nobody said")
