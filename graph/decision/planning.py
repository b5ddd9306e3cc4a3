"""A plan that somebody wants changed: the agents are asked again, with what they said to it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol

from langchain_core.messages import HumanMessage

from emads_voice.agents.agent import Agent, label
from emads_voice.agents.forms import Analysis
from emads_voice.agents.reconciliation.policy import Policy
from emads_voice.agents.reconciliation.reconcile import reconcile
from emads_voice.decisions import Kept, Plan, PlanProposals
from emads_voice.decisions.errors import DecisionError
from emads_voice.error_text import first_line
from emads_voice.graph.phrases import phrase
from emads_voice.messages import Catalogue
from emads_voice.voice.languages import find_language

_log = logging.getLogger(__name__)


class Planner(Protocol):
    """Makes another plan of one that somebody wants changed."""

    async def plan(self, kept: Kept) -> Plan:
        """Make it.

        Args:
            kept: the decision; its ``reason`` is what is to be changed.

        Raises:
            DecisionError: there is no other plan.
        """


class AgentPlanner:
    """Asks those agents again who made the plan, and weighs what they say as in a conversation."""

    def __init__(
        self, agents: Sequence[Agent], proposals: PlanProposals, catalogue: Catalogue, policy: Policy
    ) -> None:
        """
        Args:
            agents: who can be asked.
            proposals: makes the plan.
            catalogue: words it.
            policy: how it is weighed.
        """
        self._agents = agents
        self._proposals = proposals
        self._catalogue = catalogue
        self._policy = policy

    async def plan(self, kept: Kept) -> Plan:
        """See :meth:`Planner.plan`."""
        before = kept.plan
        involved = {before.decision.accountable, *before.decision.consulted}
        known = [agent for agent in self._agents if agent.name in involved]
        asked = known or list(self._agents)
        question = f"{before.decision.objective}\n{kept.reason}"
        views = await asyncio.gather(*(_asked(agent, question, before.language) for agent in asked))
        analyses = {agent.name: view for agent, view in zip(asked, views, strict=True)}
        decision = reconcile(analyses, objective=before.decision.objective, policy=self._policy)
        if not decision.recommended:
            raise DecisionError(
                "The agents recommend nothing else: withdraw the decision, or say otherwise what to change."
            )
        if decision.tied:
            raise DecisionError(
                f"These options tie: {', '.join(decision.recommended)}: say which one is to be proposed."
            )
        action, spoken = phrase(
            self._catalogue,
            "plan_action",
            find_language(before.language),
            option=decision.recommended[0],
        )
        return self._proposals.plan(decision, action=action, language=spoken.name, feedback=kept.reason)


async def _asked(agent: Agent, question: str, language: str) -> Analysis:
    """What an agent says; where it fails, that all of it is missing, so that the plan looks no safer for it."""
    try:
        return await agent.answer([HumanMessage(question)], language=language)
    except Exception as error:  # whatever an agent raises
        _log.error("%s failed as a plan was changed", agent.name, exc_info=error)
        why = f"{label(agent.name)} failed: {first_line(error) or type(error).__name__}"
        return Analysis(
            answer=why, agent=agent.name, confidence=0, degraded=why, missing=["its whole answer"]
        )
