"""``emads-voice decisions``: what is to be decided, deciding it, and who may."""

from __future__ import annotations

import typer

from .approvers import approver
from .reading import list_decisions, show
from .reviewing import approve, edit, reject, settle, withdraw

decisions = typer.Typer(
    no_args_is_help=True,
    help="Decisions that people approve: read them, decide, and say who may.",
    pretty_exceptions_enable=False,
)
decisions.command("list")(list_decisions)
for command in (show, approve, reject, edit, withdraw, settle):
    decisions.command()(command)
decisions.add_typer(approver, name="approver")

__all__ = ["decisions"]
