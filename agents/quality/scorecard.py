"""Scorecards: what calls are judged by, in YAML. Two ship, ``collections_vn`` and ``support``; they show the form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from emads_voice.agents.yaml_text import parse_yaml
from emads_voice.error_text import reason_of

from .errors import ScorecardError

WEIGHTS = 100
"""What the weights of a scorecard come to together."""

MeasureName = Literal[
    "agent_talk_share", "agent_interruptions", "agent_words_per_minute", "longest_silence_s", "silence_share"
]
"""What can be measured of a call; see :class:`.forms.Measures`."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Told(_Part):
    """A text in the languages that a scorecard is kept in."""

    en: str = Field(min_length=1)
    vi: str = ""

    def text(self, language: str) -> str:
        """In a language, else in English."""
        return (self.vi if language == "vi" else "") or self.en


class Phrases(_Part):
    """Sentences by language: how people say something."""

    en: list[str] = []
    vi: list[str] = []

    @property
    def all(self) -> list[str]:
        """In every language: people change theirs within a call."""
        return [*self.en, *self.vi]


class _Criterion(_Part):
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Told
    weight: float = Field(gt=0, le=WEIGHTS)
    critical: bool = False
    advice: Told
    source: Told | None = None


class Say(_Criterion):
    """Something that the agent must say.

    Attributes:
        phrases: how it is said.
        unlike: what sounds like it and is not meant.
        within_s: how soon, counted from the first word of the call.
        when: how customers say that which makes it necessary; without it it always is.
    """

    kind: Literal["say"]
    phrases: Phrases
    unlike: Phrases = Phrases()
    within_s: float | None = Field(default=None, gt=0)
    when: Phrases | None = None


class Avoid(_Criterion):
    """Something that the agent must not say; see :class:`Say`."""

    kind: Literal["avoid"]
    phrases: Phrases
    unlike: Phrases = Phrases()


class Measure(_Criterion):
    """Something that is measured, and its bounds."""

    kind: Literal["measure"]
    measure: MeasureName
    at_most: float | None = Field(default=None, ge=0)
    at_least: float | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _bounded(self) -> Measure:
        if self.at_most is None and self.at_least is None:
            raise ValueError("give at_most or at_least")
        if self.at_most is not None and self.at_least is not None and self.at_most < self.at_least:
            raise ValueError("at_most is less than at_least, so that nothing is right: change one of them")
        return self


class Hours(_Criterion):
    """The time of day at which calls may be made, in the time zone of the recording."""

    kind: Literal["hours"]
    between: tuple[time, time]


Criterion = Annotated[Say | Avoid | Measure | Hours, Field(discriminator="kind")]


class Scorecard(_Part):
    """What calls are judged by.

    Attributes:
        name: as results call it.
        title: for people.
        pass_mark: the percentage from which a call passes.
        neutral: sentences that are often said in such calls and mean nothing of it.
        criteria: their weights come to 100.
    """

    name: str = Field(pattern=r"^[\w-]+$")
    title: Told
    pass_mark: float = Field(ge=0, le=WEIGHTS)
    neutral: Phrases = Phrases()
    criteria: list[Criterion] = Field(min_length=1)

    @model_validator(mode="after")
    def _adds_up(self) -> Scorecard:
        names = [criterion.id for criterion in self.criteria]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f'the criterion "{twice}" is there twice: give each an id of its own')
        total = sum(criterion.weight for criterion in self.criteria)
        if abs(total - WEIGHTS) > 0.01:
            raise ValueError(f"the weights come to {total:g}: make them come to {WEIGHTS}")
        for criterion in self.criteria:
            if isinstance(criterion, Say | Avoid) and not criterion.phrases.all:
                raise ValueError(f'the criterion "{criterion.id}" has no phrases: write how it is said')
        return self


def shipped_scorecards() -> list[str]:
    """The names of those that ship."""
    folder = files(__package__).joinpath("scorecards")
    return sorted(
        entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml")
    )


def load_scorecard(name: str) -> Scorecard:
    """A scorecard by its name, or by the path of its file.

    Raises:
        ScorecardError: there is none, or something is wrong with it.
    """
    if name in shipped_scorecards():
        entry = files(__package__).joinpath("scorecards", f"{name}.yaml")
        return parse_scorecard(entry.read_text(encoding="utf-8"), name)
    if not re.search(r"[./\\]", name):
        raise ScorecardError(
            f'There is no scorecard "{name}": name {" or ".join(shipped_scorecards())}, or the path of your own file.'
        )
    try:
        return parse_scorecard(Path(name).read_text(encoding="utf-8"), name)
    except (OSError, UnicodeDecodeError) as error:
        why = reason_of(error) if isinstance(error, OSError) else "it is not text in UTF-8"
        raise ScorecardError(f"The scorecard {name} cannot be read: {why}; name another file.") from None


def parse_scorecard(text: str, name: str) -> Scorecard:
    """A scorecard from its YAML.

    Args:
        text: the YAML.
        name: what messages call it.

    Raises:
        ScorecardError: something is wrong with it.
    """
    try:
        content: Any = parse_yaml(text)
        return Scorecard.model_validate(content)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ScorecardError(f"Correct {name}, line {line}: it is no YAML, {error.problem}.") from None
    except yaml.YAMLError:
        raise ScorecardError(f"{name} is no YAML: write it as text in UTF-8.") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise ScorecardError(f"Correct {name}: {_mistake(first['loc'], first['msg'], content)}.") from None


_KINDS = {"say", "avoid", "measure", "hours"}


def _mistake(where: Sequence[str | int], what: str, content: Any) -> str:
    """Where a scorecard is wrong, in its own words: the criterion by its id."""
    place = [part for part in where if part not in _KINDS]
    told = what.removeprefix("Value error, ").rstrip(".")
    if len(place) >= 2 and place[0] == "criteria" and isinstance(place[1], int):
        criterion = content["criteria"][place[1]]
        named = criterion.get("id") if isinstance(criterion, dict) else None
        named = f'criterion "{named}"' if named else f"criterion {place[1] + 1}"
        place = [named, *place[2:]]
    return ", ".join([*map(str, place), _plain(told)])


def _plain(told: str) -> str:
    names = f"write one of {', '.join(get_args(MeasureName))}"
    told = re.sub(r"^Input should be 'agent_talk_share'.*", names, told)
    told = told.replace("Input should be", "it should be").replace(
        "Extra inputs are not permitted", "no such entry"
    )
    return told.replace("Field required", "it is missing")[:300]
