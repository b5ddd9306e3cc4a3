"""Whether what is given for agents are agents, before a graph is built of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from emads_voice.sequences import several

from .agent import Agent, taken_acts

_NAME = re.compile(r"[^\W_][\w-]*")


def checked(agents: Iterable[Agent], *, reserved: Collection[str]) -> tuple[Agent, ...]:
    """The agents, if each is one and they can stand in a graph together.

    Args:
        agents: who can be asked.
        reserved: names that the graph needs itself.

    Raises:
        ValueError: there are none, one is no agent or has no texts where it should have several, or a name cannot be a
            node.
    """
    given = several("Agents", agents)
    if not given:
        raise ValueError("Give at least one agent.")
    for agent in given:
        if not isinstance(agent, Agent):
            raise ValueError(
                f"{type(agent).__name__} is no agent: let its class inherit from emads_voice.Agent, "
                "and say its name, description and exemplars."
            )
        several(f"The exemplars of {agent.name}", agent.exemplars)
        several(f"The titles of {agent.name}", agent.titles)
        taken_acts(agent)
    names = [agent.name for agent in given]
    for name in names:
        if not (isinstance(name, str) and _NAME.fullmatch(name)):
            raise ValueError(
                f'An agent\'s name is a word such as "support", of letters, digits, _ and -: {name!r} is none.'
            )
    if clash := {name for name in names if name in reserved or names.count(name) > 1}:
        raise ValueError(
            f"Agent names must be unique and not {', '.join(sorted(reserved))}: {', '.join(sorted(clash))}."
        )
    return given
