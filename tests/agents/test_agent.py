"""The seam of agents: what is asked of one is asked of what stands around it."""

from __future__ import annotations

from typing import Any

import pytest

from emads_voice.agents.agent import Agent, AgentWrapper, label
from emads_voice.agents.dialogue import Act
from emads_voice.agents.forms import Analysis

VALUES = sorted(Agent.__annotations__)
DEEDS = sorted(name for name in vars(Agent) if not name.startswith("_") and name not in VALUES)


class _Everything:
    """An agent whose every part can be told from every other."""

    acts = ("thanks",)
    subjects = ("its documents",)

    def __init__(self) -> None:
        self.done: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name in VALUES:
            return ("its own", name)

        async def deed(*_: Any, **__: Any) -> Any:
            self.done.append(name)
            return ("its own", name)

        return deed


def test_what_is_asked_of_an_agent_is_what_is_tested_here() -> None:
    assert VALUES == ["description", "exemplars", "name", "repeatable", "titles"]
    assert DEEDS == ["answer", "warm_up"]


@pytest.mark.parametrize("name", VALUES)
def test_a_wrapper_says_what_the_agent_says(name: str) -> None:
    assert getattr(AgentWrapper(_Everything()), name) == ("its own", name)


def test_a_wrapper_takes_the_acts_and_knows_the_documents_of_the_agent() -> None:
    wrapper = AgentWrapper(_Everything())
    assert (wrapper.acts, wrapper.subjects) == ({Act.THANKS}, ("its documents",))


async def test_a_wrapper_does_what_the_agent_does() -> None:
    agent = _Everything()
    wrapper = AgentWrapper(agent)
    answered: object = await wrapper.answer([], language="English")
    assert answered == ("its own", "answer")
    await wrapper.warm_up()
    assert agent.done == ["answer", "warm_up"]


def test_only_an_officers_name_is_told_in_capitals() -> None:
    assert [label(name) for name in ("cto", "cfo", "support")] == ["CTO", "CFO", "support"]


async def test_who_inherits_need_not_say_what_has_a_default() -> None:
    class Short(Agent):
        name, description, exemplars = "short", "Says little.", ()

        async def answer(self, *_: Any, **__: Any) -> Analysis:
            return Analysis(answer="Yes.", agent=self.name)

    agent = Short()
    await agent.warm_up()
    assert (agent.titles, agent.repeatable) == ((), False)
