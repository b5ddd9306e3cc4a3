"""A plan as LangChain's human-in-the-loop middleware asks about one, which inboxes and chat interfaces show.

Those that are older than that shape, LangChain's Agent Inbox and the page of ``create-agent-chat-app``, read another
one, which is beside it: there "accept" approves, what is written as feedback is to be changed, and whoever writes into
``reject_because`` rejects.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from emads_voice.decisions import Kept

from .state import ShownState

ACTION = "carry_out_plan"


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody decides on a plan.

    Attributes:
        verdict: what.
        text: what is to be changed, or why it is rejected.
    """

    verdict: Literal["approve", "edit", "reject"]
    text: str = ""


def request_of(kept: Kept, shown: ShownState, refused: str) -> dict[str, Any]:
    """What is asked.

    Args:
        kept: the decision.
        shown: the version and hash that are decided on.
        refused: why the last answer did nothing.
    """
    asked = {
        "name": ACTION,
        "args": {
            "decision_id": kept.id,
            "version": shown["version"],
            "plan_hash": shown["plan_hash"],
            "action": kept.plan.action,
            "feedback": "",
        },
        "description": describe(kept, refused),
    }
    config = {"action_name": ACTION, "allowed_decisions": ["approve", "edit", "reject"]}
    return {
        "action_requests": [asked],
        "review_configs": [config],
        "action_request": {"action": ACTION, "args": {"feedback": "", "reject_because": ""}},
        "config": {"allow_accept": True, "allow_edit": True, "allow_respond": True, "allow_ignore": False},
        "description": asked["description"],
    }


def describe(kept: Kept, refused: str) -> str:
    """A plan for people, in Markdown; before it, why the last answer did nothing."""
    plan, decision = kept.plan, kept.plan.decision
    lines = [
        refused,
        f"**{plan.action}**",
        decision.objective and f"Asked: {decision.objective}",
        decision.why and f"For it: {decision.why}",
        decision.objection and f"Against it: {decision.objection}",
        f"Risk {plan.risk} of 12 ({kept.level}); it takes {kept.approvals_needed} approval(s), "
        f"{len(kept.approved_by)} given. Reference {kept.reference}, version {kept.version}.",
        *(f"Escalated: {reason.detail}" for reason in decision.escalation_reasons),
        *(f"Condition: {each}" for each in decision.conditions),
        f"Once approved: {', '.join(step.executor for step in plan.steps)}.",
        plan.feedback and f"Changed, as was wanted: {plan.feedback}",
        "To have it changed, edit `feedback`.",
    ]
    return "\n\n".join(filter(None, lines))


def answer_of(resumed: object, action: str) -> Answer | None:
    """What somebody has decided; None if that cannot be understood.

    Args:
        resumed: what the run is resumed with. Nothing in it says who decides, nor on which plan.
        action: as the plan words it; an edited one is feedback.
    """
    match resumed:
        case {"decisions": [{"type": "approve"}]}:
            return Answer("approve")
        case {"decisions": [{"type": "reject", "message": str(why)}]}:
            return Answer("reject", why)
        case {"decisions": [{"type": "reject"}]}:
            return Answer("reject")
        case {"decisions": [{"type": "edit", "edited_action": {"args": dict(args)}}]}:
            told = str(args.get("feedback") or "").strip()
            other = str(args.get("action") or "").strip()
            return Answer("edit", told or (other if other != action else ""))
        case [{"type": "accept"}]:
            return Answer("approve")
        case [{"type": "response", "args": str(told)}]:
            return Answer("edit", told.strip())
        case [{"type": "edit", "args": {"args": dict(args)}}]:
            if why := str(args.get("reject_because") or "").strip():
                return Answer("reject", why)
            return Answer("edit", str(args.get("feedback") or "").strip())
    return None
