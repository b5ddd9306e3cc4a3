"""The pages as HTML. Whatever callers have said, and models have written, is text in them and never markup."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from jinja2 import Environment

from emads_voice.agents.decisions import Span
from emads_voice.channels.pages import templates
from emads_voice.decisions import Kept
from emads_voice.decisions.history import Version
from emads_voice.messages.formatting import Messages

from .forms import MOST_TEXT
from .refusals import verdict_of
from .sessions import SignedIn


def list_page(decisions: Sequence[Kept], said: Messages, who: SignedIn, *, first: bool, older: str) -> str:
    """The page of several decisions.

    Args:
        decisions: in their order.
        said: the words of the page.
        who: looks at it.
        first: whether no others come before them.
        older: the decision after which the next page begins; "" if there is none.
    """
    return _render(
        "list.html", said, decisions=decisions, who=who, first=first, older=older, beside="decisions/"
    )


def decision_page(
    kept: Kept,
    history: Sequence[Version],
    said: Messages,
    who: SignedIn,
    *,
    refused: str = "",
    written: str = "",
) -> str:
    """The page of a decision.

    Args:
        kept: the decision.
        history: its versions.
        said: the words of the page.
        who: looks at it.
        refused: why what they have just decided does not count; "" if they have not.
        written: what they had written, so that it is not lost.
    """
    yours = verdict_of(kept, who.reviewer)
    return _render(
        "decision.html",
        said,
        kept=kept,
        decision=kept.plan.decision,
        history=history,
        who=who,
        yours=yours,
        refused=refused,
        written=written,
        most=MOST_TEXT,
        beside="",
    )


def sign_in_page(said: Messages, *, beside: str, then: str, told: str, wrong: bool) -> str:
    """The page where a reviewer shows their token.

    Args:
        said: the words of the page.
        beside: from where it is shown to the files beside it.
        then: the decision that is opened next; "" for all of them.
        told: why it is shown.
        wrong: whether that is a fault.
    """
    return _render("sign_in.html", said, beside=beside, then=then, told=told, wrong=wrong)


def message_page(text: str, said: Messages, beside: str) -> str:
    """A page that says one thing."""
    return _render("message.html", said, text=text, beside=beside)


def text_of(name: str) -> str:
    """A file of this folder."""
    return templates.text_of(__package__, name)


def _render(name: str, said: Messages, **values: Any) -> str:
    return _environment().get_template(name).render(said=said, **values)


@cache
def _environment() -> Environment:
    return templates.templates(__package__, points=_points, signed=_signed, day=_day, iso=_iso, usd=_usd)


def _points(value: float) -> str:
    return f"{round(value, 2):g}"


def _signed(value: float) -> str:
    return f"{round(value, 2):+g}"


def _day(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def _usd(span: Span, said: Messages) -> str:
    if span.least == span.most:
        return said.text("decisions_usd", amount=f"{span.least:,.0f}")
    return said.text("decisions_span", least=f"{span.least:,.0f}", most=f"{span.most:,.0f}")
