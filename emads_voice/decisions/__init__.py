"""Decisions that people approve, and that are carried out once.

A plan (:mod:`.plan`) is proposed, kept with the hash of all that is in it (:mod:`.store`), and approved by whom its
risk asks for (:mod:`.policy`, :mod:`.approvers`): by telephone, HTTP, command line or in Studio, all of which end in
one compare-and-set. What is approved is due in the same transaction, and each step of it is carried out by one worker
(:mod:`.queue`, :mod:`.worker`) through an executor (:mod:`.executors`)::

    store = DecisionStore(ledger)
    kept = store.propose(plan, thread_id="call-1")
    store.approve(kept.id, kept.version, kept.plan_hash, Reviewer("lan", Channel.HTTP, Proof.TOKEN))
    await Worker(store, ExecutionQueue(store, ledger), [Executor(tool, honours_key=True)]).step()

The store's row is the truth; whatever a graph or a channel remembers is a hint.
"""

from .approvers import Approver, Approvers
from .decisions import Approval, Execution, Kept, ReadBack, Reviewer
from .executors import Executor, NotDoneError, RefusedError, Task
from .plan import Plan, Step
from .policy import Channel, Policy, Proof, Requirement
from .proposals import PlanProposals
from .queue import ExecutionQueue
from .store import DecisionStore
from .worker import Worker

__all__ = [
    "Approval",
    "Approver",
    "Approvers",
    "Channel",
    "DecisionStore",
    "Execution",
    "ExecutionQueue",
    "Executor",
    "Kept",
    "NotDoneError",
    "Plan",
    "PlanProposals",
    "Policy",
    "Proof",
    "ReadBack",
    "RefusedError",
    "Requirement",
    "Reviewer",
    "Step",
    "Task",
    "Worker",
]
