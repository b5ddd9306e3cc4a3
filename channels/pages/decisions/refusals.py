"""Why a decision was not taken, in the words of the page: what the store's errors say, and what stands instead."""

from __future__ import annotations

from typing import cast

from emads_voice.decisions import Kept, Reviewer
from emads_voice.decisions.errors import (
    ChangedError,
    ClosedError,
    DecisionError,
    ExpiredError,
    NotAllowedError,
)
from emads_voice.messages.formatting import Messages
from emads_voice.messages.keys import Key


def refusal(error: DecisionError, kept: Kept, reviewer: Reviewer, said: Messages) -> tuple[str, int]:
    """A sentence for whoever decided, and the status of HTTP.

    Args:
        error: what the store raised.
        kept: the decision as it is now.
        reviewer: who decided.
        said: the words of the page.
    """
    match error:
        case ExpiredError():
            return said.text("decisions_expired"), 409
        case ClosedError():
            return said.text(
                "decisions_closed", status=said.text(cast(Key, f"decisions_status_{kept.status}"))
            ), 409
        case ChangedError():
            waits = kept.status == "replanning"
            return said.text("decisions_waiting" if waits else "decisions_changed"), 409
        case NotAllowedError():
            if verdict := verdict_of(kept, reviewer):
                told = said.text(
                    "decisions_already", verdict=said.text(cast(Key, f"decisions_verdict_{verdict}"))
                )
                return told, 403
            return said.text("decisions_shaped"), 403
        case _:
            return said.text("decisions_edited_out"), 409


def verdict_of(kept: Kept, reviewer: Reviewer) -> str:
    """What somebody has decided on the version there is now; "" if nothing."""
    said = (
        each.verdict
        for each in kept.approvals
        if each.version == kept.version and each.approver == reviewer.name
    )
    return next(said, "")
