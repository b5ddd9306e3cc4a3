"""The decisions of a deployment: where they are kept, who decides, and what is carried out once they are approved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from langgraph.graph import StateGraph

from emads_voice.agents import Agent
from emads_voice.agents.reconciliation.policy import Policy, Weights
from emads_voice.decisions import (
    Approvers,
    DecisionStore,
    ExecutionQueue,
    Executor,
    PlanProposals,
    Step,
    Worker,
)
from emads_voice.decisions.desk import Desk
from emads_voice.decisions.records import decision_record
from emads_voice.decisions.webhook import Webhook, approved_webhook
from emads_voice.graph.decision import (
    AgentPlanner,
    DecisionContext,
    DecisionInput,
    DecisionState,
    create_decision_graph,
)
from emads_voice.messages import Catalogue
from emads_voice.settings import Settings, SettingsError

from .records import make_ledger

DecisionGraph = StateGraph[DecisionState, DecisionContext, DecisionInput, DecisionState]


@dataclass(frozen=True, slots=True)
class Decisions:
    """All parts of it, on one database.

    Attributes:
        store: keeps the decisions.
        approvers: who may decide.
        desk: where calls have them reviewed.
        proposals: where conversations put plans before people.
        queue: what is due, and what a person has to settle.
        worker: carries out what is approved.
    """

    store: DecisionStore
    approvers: Approvers
    desk: Desk
    proposals: PlanProposals
    queue: ExecutionQueue
    worker: Worker


def make_decisions(settings: Settings) -> Decisions:
    """The decisions of a deployment, in the database of its ledger. Nothing is opened before its first use.

    Raises:
        SettingsError: the webhook's settings cannot be used.
    """
    ledger = make_ledger(settings)
    store = DecisionStore(ledger)
    approvers = Approvers(store, ledger.persons)
    queue = ExecutionQueue(store, ledger)
    executors = make_executors(settings)
    return Decisions(
        store=store,
        approvers=approvers,
        desk=Desk(store, approvers, ledger.persons),
        proposals=PlanProposals(store, ledger.persons, [Step(executor=each.name) for each in executors]),
        queue=queue,
        worker=Worker(store, queue, executors),
    )


def make_executors(settings: Settings) -> list[Executor]:
    """Who carries out what is approved, in this order: the record of decisions, and the webhook where one is named.

    Raises:
        SettingsError: the webhook's settings cannot be used.
    """
    executors = [decision_record(settings.decisions_dir)]
    if settings.webhook_url:
        try:
            webhook = Webhook(settings.webhook_url, settings.webhook_secrets)
        except ValueError as error:
            raise SettingsError(f"Correct EMADS_WEBHOOK_URL, EMADS_WEBHOOK_SECRET: {error}.") from None
        executors.append(approved_webhook(webhook))
    return executors


def make_decision_graph(settings: Settings, agents: Sequence[Agent], catalogue: Catalogue) -> DecisionGraph:
    """The graph in which a decision is reviewed, uncompiled.

    Args:
        settings: of the deployment.
        agents: are asked again where a plan is to be changed; where there are none, nobody is.
        catalogue: what we say.

    Raises:
        SettingsError: the webhook's settings cannot be used.
    """
    decisions = make_decisions(settings)
    planner = make_planner(decisions, settings, agents, catalogue) if agents else None
    return create_decision_graph(
        decisions.store, decisions.approvers, decisions.worker, planner=planner, catalogue=catalogue
    )


def make_planner(
    decisions: Decisions, settings: Settings, agents: Sequence[Agent], catalogue: Catalogue
) -> AgentPlanner:
    """Who makes another plan where somebody wants one changed: the agents, asked again.

    Args:
        decisions: the deployment's.
        settings: of the deployment.
        agents: who can be asked; at least one.
        catalogue: what we say.
    """
    return AgentPlanner(agents, decisions.proposals, catalogue, weighing(settings))


def weighing(settings: Settings) -> Policy:
    """How what agents propose is decided."""
    return Policy(weights=Weights(**settings.weights), rates=settings.rates, budget_usd=settings.budget_usd)
