"""``decisions list`` and ``decisions show``."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, get_args

import typer
from rich.text import Text

from emads_voice.cli.console import json_errors, note, out, print_json, print_row, printable
from emads_voice.cli.decided import decided
from emads_voice.cli.errors import UsageError
from emads_voice.cli.options import words

from .opened import AsJson, Which, found, opened

if TYPE_CHECKING:
    from emads_voice.decisions import Kept
    from emads_voice.decisions.telling import DecisionSummary, ToldDecision


def list_decisions(
    statuses: Annotated[
        list[str],
        typer.Option(
            "--status", metavar="STATUS", help="Only those: pending, approved… Several times for more."
        ),
    ] = [],  # noqa: B006 - Typer copies it
    thread: Annotated[
        str, typer.Option(help="Only those proposed in this conversation.", callback=words)
    ] = "",
    limit: Annotated[int, typer.Option(help="So many at most.", min=1)] = 50,
    after: Annotated[
        str, typer.Option(metavar="ID", help="Only those that come after this one.", callback=words)
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="A line of JSON a decision.")] = False,
) -> None:
    """List decisions, the newest first."""
    from emads_voice.decisions.decisions import Status
    from emads_voice.decisions.telling import summary

    known = get_args(Status)
    for each in statuses:
        if each not in known:
            raise UsageError(f"There is no status {each}: name {', '.join(known[:-1])} or {known[-1]}.")
    wanted: list[Status] = [status for status in known if status in statuses]
    with json_errors(as_json), opened() as decisions:
        # One more than is told, to know whether there are more.
        listed = decisions.store.find(statuses=wanted, thread_id=thread, limit=limit + 1, after=after)
        for kept in listed[:limit]:
            if as_json:
                print_json(summary(kept).model_dump(mode="json"))
            else:
                _tell_line(summary(kept))
        if len(listed) > limit:
            note(f"There are more: go on with --after {listed[limit - 1].id}.")


def show(decision: Which, as_json: AsJson = False) -> None:
    """Show a decision: its plan, why, who has approved it, what came of it, and the hash to decide on it by."""
    with json_errors(as_json), opened() as decisions:
        tell(found(decisions, decision), as_json=as_json)


def tell(kept: Kept, *, as_json: bool) -> None:
    """Print a decision."""
    from emads_voice.decisions.telling import whole

    told = whole(kept)
    if as_json:
        print_json(told.model_dump(mode="json"))
    else:
        _tell(told)


def _tell_line(told: DecisionSummary) -> None:
    label = Text(f"{told.id}  {told.reference}  {told.status:<10} {told.level:<6}", "dim")
    print_row(label, told.action, _approvals(told) if told.status == "pending" else "")


def _tell(told: ToldDecision) -> None:
    choice = told.plan.decision
    out.print(printable(told.action), style="bold")
    rows = [
        ("decision", told.id),
        ("reference", told.reference),
        ("status", f"{told.status}: {told.reason}" if told.reason else told.status),
        ("question", choice.objective),
        ("why", choice.why),
        ("objection", f"{choice.objection} ({choice.objection_by})" if choice.objection else ""),
        ("weighed", decided(choice.model_dump(mode="json"))),
        ("conditions", "; ".join(choice.conditions)),
        ("warnings", "; ".join(choice.warnings)),
        ("feedback", told.plan.feedback),
        ("steps", ", ".join(step.executor for step in told.plan.steps)),
        ("risk", f"{told.level}; {_approvals(told)}"),
        ("open until", _local(told.expires_at) if told.status in ("pending", "replanning") else ""),
        ("plan", f"{told.plan_hash} (version {told.version})"),
    ]
    for name, value in rows:
        if value:
            print_row(Text(f"{name:<10}", "dim"), value)
    for approval in told.approvals:
        aside = f"{approval.channel}, {approval.proof}, {_local(approval.at)}"
        said = f"{approval.approver}: {approval.verdict} of version {approval.version}"
        print_row(
            Text(f"{'review':<10}", "dim"),
            f"{said}: {approval.feedback}" if approval.feedback else said,
            f"({aside})",
        )
    for execution in told.executions:
        aside = f"{execution.result} ({execution.key})".strip()
        print_row(Text(f"{'step':<10}", "dim"), f"{execution.executor}: {execution.status}", aside)


def _approvals(told: DecisionSummary) -> str:
    by = f" ({', '.join(told.approved_by)})" if told.approved_by else ""
    written = ", not by telephone alone" if told.in_writing else ""
    return f"{len(told.approved_by)} of {told.approvals_needed} approvals{by}{written}"


def _local(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M %Z}"
