"""The forms that judged calls are kept in: JSON, as in result files and the state of the graph."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from emads_voice.agents.minutes.forms import Said


class Claim(Said):
    """That words of the call are what a criterion speaks of: what it asks for, forbids, or makes it necessary."""

    criterion: str = Field(description="the id of the criterion")
    occasion: bool = Field(
        default=False, description="they are not the agent's, but the occasion on which the criterion counts"
    )


class Claims(BaseModel):
    """What was found in a call, before it is checked."""

    claims: list[Claim] = []


Outcome = Literal["met", "broken", "not_applicable", "unknown"]
"""``unknown``: it cannot be told, as a part of the call was not understood or could not be measured."""


class Verdict(BaseModel):
    """What came of one criterion."""

    criterion: str
    title: str
    kind: Literal["say", "avoid", "measure", "hours"]
    critical: bool
    weight: float
    outcome: Outcome
    why: Literal[
        "said",
        "said_late",
        "not_said",
        "not_all_heard",
        "no_occasion",
        "measured",
        "not_measured",
        "time",
        "no_time",
    ] = Field(description="what the outcome stands on")
    value: float | str | None = Field(default=None, description="what was measured, or the time of day")
    limit: str = Field(default="", description='the bounds of it, "≤ 20"')
    evidence: list[Claim] = Field(
        default=[], description="the words that meet or break it, or were its occasion"
    )


class Score(BaseModel):
    """What the verdicts come to."""

    points: float = Field(description="the weights of what was met")
    of: float = Field(description="the weights of all that applied")
    percent: float = Field(description="points of all that applied, 0 to 100; what is unknown earns nothing")
    at_most_percent: float = Field(description="the same, if all that is unknown were met")
    pass_mark: float
    passed: bool | None = Field(description="null where what is unknown decides")
    failed_by: list[str] = Field(default=[], description="critical criteria that were broken: the call fails")
    arithmetic: str = Field(description="how the percentage was computed")


class Advice(BaseModel):
    """What an agent should do differently, and the words it is about."""

    criterion: str
    title: str
    advice: str
    about: list[Claim] = Field(default=[], description="what was said; empty where something was not said")


class SideMeasures(BaseModel):
    """How one speaker speaks."""

    speaker: str
    talk_s: float
    talk_share: float = Field(description="of all talk, 0 to 1")
    words_per_minute: float | None = Field(
        description="of their own talk, in Vietnamese syllables; null under 10 seconds of it, and where words have no"
        " spaces"
    )
    interruptions: int | None = Field(description="of others, by them; null in one channel")


class Measures(BaseModel):
    """What is measured of a call's sound."""

    sides: list[SideMeasures] = []
    longest_silence_s: float | None = Field(
        description="between two words of the call; null if nobody speaks"
    )
    silences: list[tuple[float, float]] = Field(
        default=[], description="where nobody speaks for 3 s or more: start and end, in seconds"
    )
    silence_share: float | None = Field(description="of the time from the first word to the last, 0 to 1")
    overlap_s: float | None = Field(description="in which two speak at once; null in one channel")
