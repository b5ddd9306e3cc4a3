import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from langchain_core.language_models import FakeListChatModel
from langchain_core.messages import BaseMessage, HumanMessage
from langchain_core.runnables import Runnable, RunnableLambda

from emads_voice.agents import Agent, ModelRouter, Route, company_agents

AGENTS = company_agents([])
QUESTION = [HumanMessage("Should we move to Kubernetes?")]


class Fallback:
    async def warm_up(self, agents: Sequence[Agent]) -> None: ...

    async def route(self, messages: Sequence[BaseMessage], agents: Sequence[Agent]) -> Route:
        assert (messages, agents) == (QUESTION, AGENTS)
        return Route(agents=["coo"], reason="By exemplars.")


class Structured(FakeListChatModel):
    """Answers any schema with ``result``: a dict, an error to raise, or None to wait for ever."""

    result: Any = None

    def with_structured_output(self, schema: Any, **_: Any) -> Runnable[Any, Any]:
        assert schema["properties"]["agents"]["items"]["enum"] == ["cto", "coo"]

        async def answer(_: Any) -> Any:
            if self.result is None:
                await asyncio.Event().wait()
            if isinstance(self.result, Exception):
                raise self.result
            return self.result

        return RunnableLambda(answer)


def router(result: Any) -> ModelRouter:
    return ModelRouter(Structured(responses=[], result=result), Fallback(), timeout_s=0.05)


async def test_the_model_chooses() -> None:
    route = await router({"agents": ["cto", "cto"], "reason": "Technology."}).route(QUESTION, AGENTS)
    assert (route.agents, route.reason) == (["cto"], "Technology.")


@pytest.mark.parametrize(
    ("result", "why"),
    [
        (OSError("key sk-1"), "failed (OSError)"),
        ({"agents": ["legal"], "reason": "?"}, "failed (ValueError)"),
        ({"nonsense": 1}, "failed (KeyError)"),
        (None, "took longer than 0.05 seconds"),
    ],
)
async def test_whatever_goes_wrong_the_fallback_chooses_and_says_so(result: Any, why: str) -> None:
    route = await router(result).route(QUESTION, AGENTS)
    assert route.agents == ["coo"]
    assert route.reason == f"The routing model {why}. By exemplars."
