"""The decisions of a deployment: where they are kept, who decides, and what is carried out once they are approved."""

from __future__ import annotations

from dataclasses import dataclass

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
from emads_voice.settings import Settings, SettingsError

from .records import make_ledger


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
