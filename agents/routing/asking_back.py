"""Asking the caller which agent is meant, once, and understanding the answer: "the first one", "the COO"."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from emads_voice.agents.agent import Agent
from emads_voice.agents.text import words

from .addressing import addressed_agents, of_department

ASKS = "asks"
"""Under this key our question's message keeps, in ``additional_kwargs``, the names it offers."""

# Said alone, or with few other words; accents folded.
_ORDINALS = (
    ("first", "former", "dau", "thu nhat", "nhat"),
    ("second", "latter", "last", "thu hai", "sau", "hai"),
)
_ALL = ("both", "ca hai", "all of them", "tat ca")
_NONE = (
    "neither",
    "none",
    "nobody",
    "khong ai",
    "khong ai ca",
    "khong phai",
    "something else",
    "chuyen khac",
)
_FEW = 5


def offered(messages: Sequence[BaseMessage], agents: Sequence[Agent]) -> list[str]:
    """The agents between whom the last message chooses; empty if nobody was asked back."""
    last = next((n for n in range(len(messages) - 1, -1, -1) if isinstance(messages[n], HumanMessage)), 0)
    before = messages[last - 1] if last else None
    if not isinstance(before, AIMessage):
        return []
    known = {agent.name for agent in agents}
    return [name for name in before.additional_kwargs.get(ASKS, []) if name in known]


def chosen(reply: str, names: Sequence[str], agents: Sequence[Agent]) -> list[str] | None:
    """Whom a reply names among those offered: by name, by place, all or none of them; None if it names none."""
    if named := addressed_agents(reply, agents):
        return named
    plain = " ".join(words(reply))
    if len(plain.split()) > _FEW:
        return None
    if _has(plain, _NONE):
        return []
    if _has(plain, _ALL):
        return list(names)
    if departments := of_department(reply, [agent for agent in agents if agent.name in names]):
        return departments
    places = [name for name, ordinals in zip(names, _ORDINALS, strict=False) if _has(plain, ordinals)]
    return places if len(places) == 1 else None


def _has(plain: str, phrases: Sequence[str]) -> bool:
    return any(f" {phrase} " in f" {plain} " for phrase in phrases)
