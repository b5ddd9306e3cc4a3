"""Routing by a chat model, with the exemplars to fall back on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage

from emads_voice.agents.agent import Agent
from emads_voice.agents.prompts.messages import router_messages

from .router import Route, Router


class ModelRouter:
    """Lets a chat model choose; if it fails, is late or names nobody known, ``fallback`` chooses and says so.

    Worth its time where agents are many or their subjects overlap; the caller waits for it.
    """

    def __init__(self, model: BaseChatModel, fallback: Router, *, timeout_s: float = 4.0) -> None:
        """
        Args:
            model: a small, fast model that can give structured output.
            fallback: usually an `ExemplarRouter`.
            timeout_s: longest the caller waits for the model.
        """
        self._model = model
        self._fallback = fallback
        self._timeout_s = timeout_s

    async def warm_up(self, agents: Sequence[Agent]) -> None:
        await self._fallback.warm_up(agents)

    async def route(self, messages: Sequence[BaseMessage], agents: Sequence[Agent]) -> Route:
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._ask(messages, agents)
        except TimeoutError:
            failure = f"took longer than {self._timeout_s:g} seconds"
        except Exception as error:  # whatever a provider raises, the caller still gets an answer
            failure = f"failed ({type(error).__name__})"
        route = await self._fallback.route(messages, agents)
        return route.model_copy(update={"reason": f"The routing model {failure}. {route.reason}"})

    async def _ask(self, messages: Sequence[BaseMessage], agents: Sequence[Agent]) -> Route:
        names = [agent.name for agent in agents]
        prompt = router_messages(messages, [(agent.name, agent.description) for agent in agents])
        answer: Any = await self._model.with_structured_output(_schema(names)).ainvoke(prompt)
        chosen = list(dict.fromkeys(answer["agents"]))
        if unknown := set(chosen) - set(names):
            raise ValueError(f"unknown agents {unknown}")
        return Route(agents=chosen, reason=str(answer["reason"]))


def _schema(names: Sequence[str]) -> dict[str, Any]:
    return {
        "title": "Route",
        "description": "Who should answer.",
        "type": "object",
        "properties": {
            "agents": {"type": "array", "items": {"type": "string", "enum": list(names)}},
            "reason": {"type": "string"},
        },
        "required": ["agents", "reason"],
        "additionalProperties": False,
    }
