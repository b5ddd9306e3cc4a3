"""Who should answer: one agent, several, or nobody.

`ExemplarRouter` is the default: rules for callers who name whom they want, and otherwise what it learned from the
agents' exemplar questions and documents. It takes one embedding for each part of a question and says what it found.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Protocol

import numpy as np
from langchain_core.embeddings import Embeddings
from langchain_core.messages import BaseMessage
from pydantic import BaseModel, ConfigDict, Field

from emads_voice.agents.agent import Agent, label
from emads_voice.agents.embeddings import LexicalEmbeddings, Vectors
from emads_voice.agents.text import words

from .addressing import addressed_agents
from .asking_back import chosen, offered
from .followup import corrected_subject, is_follow_up, questions, root_question
from .learned import NOBODY, Example, Learned, examples_of, learn, spoken


class Route(BaseModel):
    """Who is asked, and the evidence."""

    model_config = ConfigDict(frozen=True)

    agents: list[str] = Field(
        description="names of the agents to ask, best first; empty: nobody handles this"
    )
    reason: str = Field(description="one English sentence")
    scores: dict[str, float] = Field(
        default={}, description="agent → how much the question is its subject, about 0 to 1"
    )
    asks: list[str] = Field(
        default=[], description="with no agents: those between whom the caller is asked to choose, best first"
    )


class Router(Protocol):
    """Chooses the agents for the last message of a conversation."""

    async def warm_up(self, agents: Sequence[Agent]) -> None:
        """Do once what the first route would otherwise wait for."""

    async def route(self, messages: Sequence[BaseMessage], agents: Sequence[Agent]) -> Route:
        """Choose; never raises for anything a caller may say."""


# Chosen on the tuning half of examples/evaluation/routing.jsonl, never on its held-out half; all lie on a plateau.
_SIDE = 0.4  # in a question of several parts an agent is asked too if the whole gives it this share
_TRACE = 0.3  # or this one
_PART = 0.4  # and one of its parts this
_FAINT_TRACE = 0.2  # or this one
_CLEAR_PART = 0.6  # and each of the two has a part that is more its own than any other's, by this share
_CLEAR = 0.5  # a short question below this leans on the one before it, if there is one
_REFUSED = 0.15  # nobody must be this much likelier than an agent, or the caller is asked
_FAINT = 0.45  # two agents below this
_ALIKE = 0.05  # and this close to each other: the caller is asked which

_SHORT = 9
"""Words of a question that may lean on the one before it."""


class ExemplarRouter:
    """Routes by rules and by likeness; see benchmarks/README.md for how well and how fast.

    Any agent can be routed to: what it is about is learned from its description, exemplars and documents.
    """

    def __init__(self, embeddings: Embeddings) -> None:
        """
        Args:
            embeddings: `E5Embeddings`, or `LexicalEmbeddings` where there is no build of it, or any other.
        """
        self._embeddings = embeddings
        self._words = LexicalEmbeddings()
        self._learned: dict[tuple[Example, ...], Learned] = {}
        self._lock = asyncio.Lock()

    async def warm_up(self, agents: Sequence[Agent]) -> None:
        await self._learn(agents)

    async def route(self, messages: Sequence[BaseMessage], agents: Sequence[Agent]) -> Route:
        asked = questions(messages)
        if not asked:
            return Route(agents=[], reason="The caller said nothing.")
        if not agents:
            return Route(agents=[], reason="There are no agents to ask.")
        last = asked[-1]
        learned = await self._learn(agents)
        root = root_question(asked[:-1])
        if root and (names := offered(messages, agents)):
            return await self._settled(root, last, names, agents, learned)
        if addressed := addressed_agents(last, agents):
            return Route(agents=addressed, reason=f"The caller asked for {_join(addressed)}.")
        if root and (meant := corrected_subject(last)):
            route = await self._closest(meant, learned)
            return route if route.agents else await self._as_before(root, agents, learned)
        if root and is_follow_up(last):
            return await self._as_before(root, agents, learned)
        route = await self._closest(last, learned)
        if root and len(words(last)) <= _SHORT and max(route.scores.values()) < _CLEAR:
            before = await self._as_before(root, agents, learned)
            return before if before.agents or not route.agents else route
        return route

    async def _settled(
        self, root: str, reply: str, names: Sequence[str], agents: Sequence[Agent], learned: Learned
    ) -> Route:
        """What the caller answers to our question which agent is meant; it is asked once."""
        if (named := chosen(reply, names, agents)) is not None:
            told = f"chose {_join(named)}" if named else "wants none of them"
            return Route(agents=named, reason=f'Asked whom "{root}" is for, the caller {told}.')
        route = await self._closest(reply, learned)
        if route.agents:  # another question, or one side of this
            return route
        _, shares = await self._shares(f"{root} {reply}", learned)
        best = max(names, key=lambda name: shares[name])
        reason = f'Asked whom "{root}" is for, the caller said "{reply}": closest to {label(best)}.'
        return Route(agents=[best], reason=reason, scores=route.scores)

    async def _as_before(self, root: str, agents: Sequence[Agent], learned: Learned) -> Route:
        if addressed := addressed_agents(root, agents):
            return Route(agents=addressed, reason=f'Follows up "{root}", put to {_join(addressed)}.')
        route = await self._closest(root, learned)
        return route.model_copy(update={"reason": f'Follows up "{root}". {route.reason}'})

    async def _closest(self, text: str, learned: Learned) -> Route:
        meaning, shares = await self._shares(text, learned)
        scores = {name: round(share, 2) for name, share in shares.items() if name}
        ranked = sorted(shares, key=lambda name: -shares[name])
        best = ranked[0]
        exemplar, cosine = learned.nearest(best, meaning)
        told = "; ".join(f"{label(name) or 'nobody'} {shares[name]:.2f}" for name in ranked)
        evidence = f'"{exemplar}" (cosine {cosine:.2f}; shares: {told}).'
        between = _unsure(shares, ranked)
        if (between or best == NOBODY) and (owners := learned.documented.owners(text)):
            owner = max(owners, key=lambda name: shares[name])
            reason = f"The documents of {_join(sorted(owners))} speak of this; shares: {told}."
            return Route(agents=[owner], reason=reason, scores=scores)
        if between:
            reason = f"It may be for {' or '.join(map(label, between))}; the closest is {evidence}"
            return Route(agents=[], reason=reason, scores=scores, asks=between)
        if best == NOBODY:
            return Route(agents=[], reason=f"Nobody here handles this: it is like {evidence}", scores=scores)
        sides = await self._with_a_side(text, best, shares, learned)
        reason = f"closest to {label(best)}'s {evidence}"
        if len(sides) > 1:
            reason = f"has a side for each of {_join(sides)}; {reason}"
        return Route(agents=sides, reason=reason[0].upper() + reason[1:], scores=scores)

    async def _with_a_side(
        self, text: str, best: str, shares: Mapping[str, float], learned: Learned
    ) -> list[str]:
        """The agents of a question that may have several parts, the one that is closest first."""
        parts = [of_part for part in _parts(text) for _, of_part in [await self._shares(part, learned)]]
        if not parts:
            return [best]
        most = {name: max(of_part[name] for of_part in parts) for name in shares}
        clear = {
            name for of_part in parts if of_part[name := max(of_part, key=of_part.__getitem__)] >= _CLEAR_PART
        }
        sides = (
            name
            for name in shares
            if shares[name] >= _SIDE
            or (shares[name] >= _TRACE and most[name] >= _PART)
            or (shares[name] >= _FAINT_TRACE and {best, name} <= clear)
        )
        return [best, *(name for name in sides if name not in (best, NOBODY))]

    async def _shares(self, text: str, learned: Learned) -> tuple[Vectors, dict[str, float]]:
        heard = spoken(text)
        meaning = np.array(await self._embeddings.aembed_query(learned.accents.restored(heard)), np.float32)
        spelling = np.array(await self._words.aembed_query(heard), np.float32)
        return meaning, learned.shares(meaning, spelling)

    async def _learn(self, agents: Sequence[Agent]) -> Learned:
        key = examples_of(agents)
        async with self._lock:
            if key not in self._learned:
                self._learned[key] = await learn(agents, self._embeddings, self._words)
        return self._learned[key]


def check_learnable(agents: Sequence[Agent]) -> None:
    """See that there is something to choose by, where there is a choice.

    Raises:
        ValueError: nothing is known of some of several agents.
    """
    unknown = [agent.name for agent in agents if not (agent.description or agent.exemplars)]
    if unknown and len(agents) > 1:
        raise ValueError(
            f"Nothing says when to ask {' and '.join(unknown)}: give each a description and a few exemplars, questions "
            "it should get, or the graph a router of your own."
        )


def _unsure(shares: Mapping[str, float], ranked: Sequence[str]) -> list[str]:
    """The agents between whom the caller has to choose, best first; empty where it is clear enough."""
    agents = [name for name in ranked if name]
    first, second = agents[0], agents[min(1, len(agents) - 1)]
    refused = ranked[0] == NOBODY and shares[NOBODY] - shares[first] < _REFUSED
    torn = ranked[0] == first != second and shares[first] < _FAINT and shares[first] - shares[second] < _ALIKE
    return agents[:2] if refused or torn else []


# Where a question turns to another side; both halves must be long enough to mean something.
_TURN = re.compile(r"\b(?:and|but|while|và|va|còn|con|rồi|roi|nhưng|nhung)\b|[,;.?!]")


_MOST_PARTS = 8
"""Each is embedded by itself, in 10 to 40 ms; nobody asks about more sides in one breath."""


def _parts(text: str) -> list[str]:
    found = (part.strip() for part in _TURN.split(text.lower()))
    parts = list(islice((part for part in found if len(words(part)) >= 3), _MOST_PARTS))
    return parts if len(parts) > 1 else []


def _join(names: Sequence[str]) -> str:
    return " and ".join(label(name) for name in names)
