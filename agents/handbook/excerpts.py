"""What the handbook says about a question, for a chat model that answers it: each passage with where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .handbook import Initiative, Passage, in_language

LIMIT = 4
"""Passages: more would make a model slower, and it no surer."""
_MAX_CHARS = 4_000


def excerpts(passages: Iterable[Passage], *, agent: str, language: str) -> list[dict[str, Any]]:
    """Each passage with ``document``, ``section`` and ``text``; an initiative also with its options."""
    return [_excerpt(passage, agent, language) for passage in passages]


def _excerpt(passage: Passage, agent: str, language: str) -> dict[str, Any]:
    excerpt: dict[str, Any] = {
        "document": in_language(passage.document, language),
        "section": in_language(passage.section, language),
        "text": in_language(passage.text, language)[:_MAX_CHARS],
    }
    if passage.initiative:
        excerpt |= _initiative(passage.initiative, agent, language)
    return excerpt


def _initiative(initiative: Initiative, agent: str, language: str) -> dict[str, Any]:
    options = [
        {
            "id": key,
            "name": in_language(option.name, language),
            "timeline": in_language(option.timeline, language),
            "cost": option.cost.model_dump() if option.cost else None,
        }
        for key, option in initiative.options.items()
    ]
    view = initiative.views.get(agent)
    if view is None:
        return {"options": options}
    risks = [
        {"risk": in_language(risk.risk, language), "mitigation": in_language(risk.mitigation, language)}
        for risk in view.risks
    ]
    return {"options": options, "recommended": view.recommendation, "risks": risks}
