"""Suites: JSON lines, each a conversation and what should come of its last turn.

docs/evaluation.md explains the fields to someone writing their own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from emads_voice.writing import without_accents

from .errors import SuiteError
from .json_lines import read_json_lines


def _compiled(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
    return pattern


Pattern = Annotated[str, AfterValidator(_compiled)]


class Expected(BaseModel):
    """What should come of a proposal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    risk: tuple[float, float] | None = Field(default=None, description="between which numbers, of 0 to 12")
    escalates: bool | None = None
    rules: list[str] = Field(default=[], description="reasons of escalation that must be among those given")
    option: str = Field(default="", description="what scores best, by a part of its name or by its id")


class Row(BaseModel):
    """A conversation, and what should come of its last turn. What is left out is not judged."""

    # A misspelt key would silently leave something unjudged.
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    turns: list[str] = Field(min_length=1)
    group: str = ""
    language: str = ""
    kind: str = ""
    split: str = ""
    expected: list[str] | None = Field(default=None, description="the agents that should be asked")
    also_ok: list[list[str]] = []
    must: list[Pattern] = []
    must_not: list[Pattern] = []
    no_answer: bool | None = Field(default=None, description="true: nothing may be given as an answer")
    seconds: float | None = Field(default=None, gt=0, description="the longest the answer may take to say")
    decision: Expected | None = None
    intent: str | None = Field(default=None, description='the dialogue act: "thanks"; "question" for none')
    answer: str = ""
    source: str = ""
    note: str = ""

    @property
    def groups(self) -> dict[str, str]:
        """What its result is counted under besides all: the name of a grouping, and the group."""
        named = {"group": self.group or self.language, "kind": self.kind, "split": self.split}
        return {grouping: group for grouping, group in named.items() if group}


def read_suite(path: Path) -> list[Row]:
    """The rows of a suite.

    Raises:
        SuiteError: it cannot be read, a line is no row, two have the same id, or there are none.
    """
    rows = read_json_lines(path, Row, remedy="give a file of JSON lines in UTF-8")
    if not rows:
        raise SuiteError(f"{path} holds no rows: write a JSON object a line.")
    name, count = Counter(row.id for row in rows).most_common(1)[0]
    if count > 1:
        raise SuiteError(f"{path}: {count} rows have the id {name}; give each its own.")
    return rows


def _unpunctuated(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]|_", " ", text).split())


VARIANTS: Mapping[str, Callable[[str], str]] = {
    "without accents": without_accents,
    "lower case": str.lower,
    "no punctuation": _unpunctuated,
}
"""What a recogniser or a hurried writer does to a question without changing what it asks; what should come of it
stays the same."""
