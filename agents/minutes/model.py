"""Actions, decisions and appointments found by a chat model, piece by piece; what it quotes is checked elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage, SystemMessage
from pydantic import BaseModel, Field, ValidationError

from emads_voice.agents.errors import ModelError
from emads_voice.agents.prompts.texts import load_prompt
from emads_voice.error_text import first_line

from .forms import Action, Agreement, Appointment, Findings, Taken
from .lines import Line

PIECE_CHARS = 12_000
"""Of a transcript, that a model is given at a time: half an hour; with more, models pass over what is in the middle."""
OVERLAP = 6
"""Lines of the piece before that it is given again, so that a request and its answer stand together."""
AT_ONCE = 2
PATIENCE_S = 180.0

CONFIDENCE = 0.8
"""Of what a model finds: its own figures say nothing."""


class _Vote(BaseModel):
    who: str = Field(description="the speaker")
    quote: str = Field(description="their words, copied")


class _Action(BaseModel):
    owner: str = Field(description="who does it; empty if nobody was named")
    task: str = Field(description="what is to be done")
    due: str = Field(description="until when, as it was said; empty if it was not")
    quote: str = Field(description="the words it stands on, copied")


class _Decision(BaseModel):
    text: str = Field(description="what was decided")
    quote: str = Field(description="the words it stands on, copied")
    agreed: list[_Vote] = []
    against: list[_Vote] = []


class _Appointment(BaseModel):
    title: str = Field(description="what takes place")
    when: str = Field(description="when, as it was said")
    quote: str = Field(description="the words it stands on, copied")


class Minutes(BaseModel):
    """What a meeting came to."""

    actions: list[_Action] = []
    decisions: list[_Decision] = []
    appointments: list[_Appointment] = []


class ModelExtractor:
    """An :class:`.extractor.Extractor` that asks a chat model that can give structured output."""

    def __init__(self, model: BaseChatModel, name: str) -> None:
        """
        Args:
            model: which.
            name: what it is called in minutes, "openai:gpt-5-mini".
        """
        self.name = name
        self._model = model.with_structured_output(Minutes)

    async def extract(self, lines: Sequence[Line]) -> Findings:
        """What was found; see :class:`.extractor.Extractor`. Nothing of it has been checked yet."""
        turns = asyncio.Semaphore(AT_ONCE)

        async def ask(piece: Sequence[Line]) -> Minutes:
            async with turns:
                return await self._ask(piece)

        tasks = [asyncio.create_task(ask(piece)) for piece in pieces(lines)]
        try:
            found = await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
        return Findings(
            actions=[_action(each) for minutes in found for each in minutes.actions],
            decisions=[_decision(each) for minutes in found for each in minutes.decisions],
            appointments=[_appointment(each) for minutes in found for each in minutes.appointments],
        )

    async def _ask(self, piece: Sequence[Line]) -> Minutes:
        told = "\n".join(f"{line.speaker or '?'}: {line.text.strip()}" for line in piece)
        prompt = [
            SystemMessage((await asyncio.to_thread(load_prompt, "minutes")).text),
            HumanMessage(f"<transcript>\n{told}\n</transcript>"),
        ]
        try:
            async with asyncio.timeout(PATIENCE_S):
                given: Any = await self._model.ainvoke(prompt)
            return given if isinstance(given, Minutes) else Minutes.model_validate(given)
        except TimeoutError:
            raise ModelError(f"{self.name} did not finish within {PATIENCE_S:g} seconds.") from None
        except ValidationError:
            raise ModelError(f"{self.name} gave something other than the minutes it was asked for.") from None
        except Exception as error:  # each provider has its own
            raise ModelError(f"{self.name} failed: {first_line(error)}") from None


def pieces(lines: Sequence[Line]) -> list[Sequence[Line]]:
    """The lines of a meeting in pieces that a model reads at once, each with some of the one before it."""
    made: list[Sequence[Line]] = []
    first = size = 0
    for at, line in enumerate(lines):
        length = len(line.speaker) + len(line.text) + 3
        if size and size + length > PIECE_CHARS:
            made.append(lines[max(0, first - OVERLAP) : at])
            first, size = at, 0
        size += length
    if first < len(lines):
        made.append(lines[max(0, first - OVERLAP) :])
    return made


def _action(each: _Action) -> Action:
    return Action(
        quote=each.quote, owner=each.owner.strip(), task=each.task, due_text=each.due, confidence=CONFIDENCE
    )


def _decision(each: _Decision) -> Taken:
    return Taken(
        quote=each.quote,
        text=each.text,
        agreed=[_vote(vote) for vote in each.agreed],
        against=[_vote(vote) for vote in each.against],
        confidence=CONFIDENCE,
    )


def _vote(vote: _Vote) -> Agreement:
    return Agreement(who=vote.who, quote=vote.quote, start_s=0)


def _appointment(each: _Appointment) -> Appointment:
    return Appointment(quote=each.quote, title=each.title, when_text=each.when, confidence=CONFIDENCE)
