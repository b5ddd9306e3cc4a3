"""The record of a decision: as Markdown, shaped like an architecture decision record, and for programs as JSON.

Both tell the plan that was approved and who approved it, and nothing that changes afterwards: written again, they are
the same byte for byte. Words of agents and callers are quoted as words; none of them can pass for a heading of ours.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from emads_voice.agents.decisions import ScoredOption, Sourced, Span
from emads_voice.writing import plain

from .decisions import Approval, Kept

_NOTHING = "_Nothing was named._"


def record_json(kept: Kept) -> str:
    """The record for programs.

    Args:
        kept: an approved decision.
    """
    told: dict[str, Any] = {
        "id": kept.id,
        "version": kept.version,
        "plan_hash": kept.plan_hash,
        "reference": kept.reference,
        "status": "accepted",
        "level": kept.level,
        "proposed_at": _time(kept.created_at),
        "decided_at": _time(_decided(kept)),
        "conversation": kept.thread_id,
        "approvals_needed": kept.approvals_needed,
        "approvals": [
            {
                "approver": each.approver,
                "channel": each.channel.value,
                "proof": each.proof.value,
                "read_back_sha256": each.read_back.digest,
                "read_back_language": each.read_back.language,
                "at": _time(each.at),
            }
            for each in kept.approved_by
        ],
        "plan": kept.plan.model_dump(mode="json"),
    }
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def record_markdown(kept: Kept) -> str:
    """The record for people.

    Args:
        kept: an approved decision.
    """
    plan, decision = kept.plan, kept.plan.decision
    parts = [
        f"# {plain(plan.action)}",
        _list(
            [
                f"Status: accepted on {_time(_decided(kept))}",
                f"Reference: {kept.reference}",
                f"Accountable: {plain(decision.accountable.upper())}",
                *([f"Consulted: {plain(', '.join(decision.consulted))}"] if decision.consulted else []),
                f"Risk: {kept.level}, {_number(decision.risk)} of 12; complexity {_number(decision.complexity)} of 12",
            ]
        ),
        "## Context",
        plain(decision.objective),
        "## Decision",
        plain(plan.action),
        _list(f"Condition: {plain(each)}" for each in decision.conditions),
        "## Why",
        plain(decision.why) or _NOTHING,
        "## What speaks against it",
        _objection(kept),
        "## Options considered",
        "\n\n".join(_option(each, each.name in decision.recommended) for each in decision.options)
        or _NOTHING,
        "## Risks",
        _arithmetic(decision.risk) or _NOTHING,
        "## Disagreements",
        _list(
            f"{plain(each.about)}{f' ({plain(each.option)})' if each.option else ''}: "
            + "; ".join(f"{plain(agent)}: “{plain(said)}”" for agent, said in each.positions.items())
            for each in decision.conflicts
        )
        or _NOTHING,
        "## Approved by",
        _list(_approval(each) for each in kept.approved_by)
        or "Nobody: plans of low risk are carried out without review in this deployment.",
        "## What is done",
        _list(f"Step {number}: {plain(step.executor)}" for number, step in enumerate(plan.steps, 1)),
        "## Proof",
        _list(
            [
                f"Decision: `{kept.id}`, version {kept.version}",
                f"SHA-256 of the plan in canonical JSON (RFC 8785): `{kept.plan_hash}`",
            ]
        ),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _decided(kept: Kept) -> float:
    return kept.created_at if kept.decided_at is None else kept.decided_at


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _number(sum_: Sourced) -> str:
    return f"{sum_.value:g}"


def _objection(kept: Kept) -> str:
    decision = kept.plan.decision
    said = []
    if decision.objection:
        said.append(f"{plain(decision.objection_by or 'An agent')}: “{plain(decision.objection)}”")
    said += [f"Warning: {plain(each)}" for each in decision.warnings]
    said += [f"Escalated ({each.rule}): {plain(each.detail)}" for each in decision.escalation_reasons]
    return _list(said) or _NOTHING


def _option(option: ScoredOption, recommended: bool) -> str:
    lines = [f"### {plain(option.name)}{' (recommended)' if recommended else ''}"]
    facts = [f"Score: {_number(option.score)} of 100", f"Risk: {_number(option.risk)} of 12"]
    if option.proposed_by:
        facts.append(f"Proposed by: {plain(', '.join(option.proposed_by))}")
    if option.cost:
        whole = "" if option.cost.whole else "; a part is not known"
        facts.append(
            f"Cost: {_span(option.cost.one_time)} once, {_span(option.cost.monthly)} a month, "
            f"{_span(option.cost.first_year)} in the first year{whole}"
        )
    else:
        facts.append("Cost: not known")
    return "\n\n".join([*lines, _list(facts), _arithmetic(option.score)])


def _arithmetic(sum_: Sourced) -> str:
    """A number's parts, so that a reader can add them up."""
    return _list(f"{each.points:+g}: {plain(each.rule)} ({plain(each.source)})" for each in sum_.because)


def _span(span: Span) -> str:
    if span.least == span.most:
        return f"{span.least:,.0f} USD"
    return f"{span.least:,.0f} to {span.most:,.0f} USD"


def _approval(approval: Approval) -> str:
    how = f"by {approval.channel.value}, known by {approval.proof.value}"
    heard = f"; read back in {plain(approval.read_back.language)}" if approval.read_back.language else ""
    return f"{plain(approval.approver)}, {_time(approval.at)}, {how}{heard}"
