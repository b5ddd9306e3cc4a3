"""From what is recommended in a conversation to a plan that waits for people."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from emads_voice.agents.decisions import Decision

from .approvers import Names
from .decisions import Kept
from .plan import Plan, Step
from .store import DecisionStore


class PlanProposals:
    """Makes plans of a deployment's usual steps, and keeps them; every call is in a thread."""

    def __init__(self, store: DecisionStore, names: Names, steps: Sequence[Step]) -> None:
        """
        Args:
            store: keeps the decisions.
            names: hashes the numbers of callers, as the approvers' are.
            steps: what is done once a plan is approved.
        """
        self._store = store
        self._names = names
        self._steps = tuple(steps)

    async def put(
        self,
        decision: Decision,
        *,
        action: str,
        language: str,
        thread_id: str,
        caller: str,
        decision_id: str,
    ) -> Kept:
        """See :class:`emads_voice.graph.proposing.Proposals`.

        Raises:
            DatabaseError: it cannot be kept.
        """
        plan = self.plan(decision, action=action, language=language)

        def keep() -> Kept:
            asked_by = self._names.name(caller) if caller else ""
            return self._store.propose(plan, thread_id=thread_id, asked_by=asked_by, decision_id=decision_id)

        return await asyncio.to_thread(keep)

    def plan(self, decision: Decision, *, action: str, language: str, feedback: str = "") -> Plan:
        """What would be put before people.

        Args:
            decision: what was made of the agents' analyses.
            action: what is proposed, in words.
            language: of these words, by name.
            feedback: what a reviewer wanted changed in the version before.
        """
        return Plan(action=action, decision=decision, steps=self._steps, language=language, feedback=feedback)
