"""Calls read by a chat model; what it quotes is checked, and what it comes to computed, elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage, SystemMessage
from pydantic import BaseModel, Field, ValidationError

from emads_voice.agents.errors import ModelError
from emads_voice.agents.minutes.lines import Line
from emads_voice.agents.minutes.model import AT_ONCE, CONFIDENCE, PATIENCE_S, pieces
from emads_voice.agents.prompts.texts import load_prompt
from emads_voice.error_text import first_line

from .forms import Claim
from .scorecard import Avoid, Phrases, Say, Scorecard


class _Found(BaseModel):
    criterion: str = Field(description="its id")
    quote: str = Field(description="the words, copied")
    occasion: bool = Field(default=False, description="they are the occasion of it, not what the agent says")


class Reading(BaseModel):
    """The words of a call that its scorecard speaks of."""

    found: list[_Found] = []


class ModelJudge:
    """A :class:`.judge.Judge` that asks a chat model that can give structured output."""

    def __init__(self, model: BaseChatModel, name: str) -> None:
        """
        Args:
            model: which.
            name: what it is called in results, "openai:gpt-5-mini".
        """
        self.name = name
        self._model = model.with_structured_output(Reading)

    async def find(self, scorecard: Scorecard, lines: Sequence[Line]) -> list[Claim]:
        """See :class:`.judge.Judge`. Nothing of it has been checked yet."""
        turns = asyncio.Semaphore(AT_ONCE)

        async def ask(piece: Sequence[Line]) -> Reading:
            async with turns:
                return await self._ask(scorecard, piece)

        tasks = [asyncio.create_task(ask(piece)) for piece in pieces(lines)]
        try:
            read = await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
        return [
            Claim(criterion=each.criterion, quote=each.quote, occasion=each.occasion, confidence=CONFIDENCE)
            for reading in read
            for each in reading.found
        ]

    async def _ask(self, scorecard: Scorecard, piece: Sequence[Line]) -> Reading:
        told = "\n".join(f"{line.speaker or '?'}: {line.text.strip()}" for line in piece)
        prompt = [
            SystemMessage((await asyncio.to_thread(load_prompt, "quality")).text),
            HumanMessage(
                f"<criteria>\n{describe(scorecard)}\n</criteria>\n<transcript>\n{told}\n</transcript>"
            ),
        ]
        try:
            async with asyncio.timeout(PATIENCE_S):
                given: Any = await self._model.ainvoke(prompt)
            return given if isinstance(given, Reading) else Reading.model_validate(given)
        except TimeoutError:
            raise ModelError(
                f"{self.name} did not finish within {PATIENCE_S:g} seconds: try again, or name another in EMADS_MODEL."
            ) from None
        except ValidationError:
            raise ModelError(
                f"{self.name} gave something other than the form it was asked for: name another in EMADS_MODEL."
            ) from None
        except Exception as error:  # each provider has its own
            raise ModelError(
                f"{self.name} failed: {first_line(error)}; try again, or name another in EMADS_MODEL."
            ) from None


def describe(scorecard: Scorecard) -> str:
    """What a model is told of the criteria that are about words."""
    told = []
    for each in scorecard.criteria:
        if not isinstance(each, Say | Avoid):
            continue
        must = "the agent must say" if isinstance(each, Say) else "the agent must not say"
        told.append(f"{each.id} ({must}): {each.title.en}. Such as: {_examples(each.phrases)}")
        if isinstance(each, Say) and each.when:
            told.append(f"{each.id}, its occasion: the customer says such as: {_examples(each.when)}")
    return "\n".join(told)


def _examples(phrases: Phrases) -> str:
    return " | ".join([*phrases.en[:3], *phrases.vi[:2]])
