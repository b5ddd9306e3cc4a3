"""The decisions of the settings, opened for one command, and who uses it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from emads_voice.cli.options import words

if TYPE_CHECKING:
    from emads_voice.decisions import Approvers, DecisionStore, ExecutionQueue, Kept, Reviewer

Which = Annotated[
    str,
    typer.Argument(
        metavar="DECISION",
        help="Its id, or the four digits of its reference while it is open.",
        callback=words,
    ),
]
ActingAs = Annotated[
    str, typer.Option("--as", metavar="NAME", help="Who decides: an approver's name.", callback=words)
]
Reason = Annotated[str, typer.Option("--reason", help="Why.", callback=words)]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, as the HTTP API has it.")]


@dataclass(frozen=True, slots=True)
class Decisions:
    """Where decisions are kept, who may decide, and what is to be carried out."""

    store: DecisionStore
    approvers: Approvers
    queue: ExecutionQueue


@contextmanager
def opened() -> Iterator[Decisions]:
    """The decisions of the settings, closed at the end.

    Raises:
        DatabaseError: they cannot be opened.
    """
    from emads_voice.assembly.records import make_ledger
    from emads_voice.decisions import Approvers, DecisionStore, ExecutionQueue
    from emads_voice.settings import load_settings

    ledger = make_ledger(load_settings())
    store = DecisionStore(ledger)
    try:
        yield Decisions(store, Approvers(store, ledger.persons), ExecutionQueue(store, ledger))
    finally:
        ledger.close()


def found(decisions: Decisions, which: str) -> Kept:
    """The decision that is meant.

    Raises:
        UnknownDecisionError: there is none, or none that is open has this reference.
        DecisionError: several that are open have this reference.
    """
    from emads_voice.decisions.errors import DecisionError, UnknownDecisionError
    from emads_voice.decisions.store import OPEN

    if not (len(which) == 4 and which.isascii() and which.isdigit()):
        return decisions.store.get(which)
    meant = decisions.store.find(statuses=OPEN, reference=which)
    if not meant:
        raise UnknownDecisionError(
            f"No open decision has the reference {which}: emads-voice decisions list names those there are."
        )
    if len(meant) > 1:
        raise DecisionError(f"{len(meant)} open decisions have the reference {which}: name one by its id.")
    return meant[0]


def acting(decisions: Decisions, name: str) -> Reviewer:
    """Who uses this command line, as an approver.

    Raises:
        NotAllowedError: nobody who may decide is called so.
    """
    from emads_voice.decisions import Channel, Proof, Reviewer
    from emads_voice.decisions.errors import NotAllowedError

    if all(each.name != name for each in decisions.approvers.all()):
        raise NotAllowedError(
            f"No approver is called {name}: add them with emads-voice decisions approver add."
        )
    return Reviewer(name, Channel.COMMAND_LINE, Proof.ACCOUNT)
