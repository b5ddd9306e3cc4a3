"""The decisions of the settings, opened for one command, and who uses it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from emads_voice.cli.options import words

if TYPE_CHECKING:
    from emads_voice.assembly.decisions import Decisions
    from emads_voice.decisions import Kept, Reviewer

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


@contextmanager
def opened() -> Iterator[Decisions]:
    """The decisions of the settings, closed at the end.

    Raises:
        DatabaseError: they cannot be opened.
        SettingsError: a setting cannot be used.
    """
    from emads_voice.assembly.decisions import make_decisions
    from emads_voice.assembly.records import make_ledger
    from emads_voice.settings import load_settings

    settings = load_settings()
    decisions = make_decisions(settings)
    ledger = make_ledger(settings)
    try:
        yield decisions
    finally:
        ledger.close()


def found(decisions: Decisions, which: str) -> Kept:
    """The decision that is meant.

    Raises:
        UnknownDecisionError: there is none, or none that is open has this reference.
        DecisionError: several that are open have this reference.
    """
    from emads_voice.decisions.decisions import OPEN
    from emads_voice.decisions.errors import DecisionError, UnknownDecisionError

    if not (len(which) == 4 and which.isascii() and which.isdigit()):
        return decisions.store.get(which)
    meant = decisions.store.find(statuses=OPEN, reference=which)
    if not meant:
        raise UnknownDecisionError(
            f"No open decision has the reference {which}: see emads-voice decisions list."
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
