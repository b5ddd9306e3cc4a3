"""A plan as it is read back to a caller before they decide: a template, so that nobody words it for them."""

from __future__ import annotations

from datetime import datetime

from babel import Locale
from babel.dates import format_datetime

from emads_voice.agents.money import say_option_cost
from emads_voice.agents.reconciliation.risks import risk_level
from emads_voice.decisions import Kept
from emads_voice.messages import Catalogue, Key
from emads_voice.voice.languages import ENGLISH, Language

_LEVELS: dict[str, Key] = {"low": "level_low", "medium": "level_medium", "high": "level_high"}


def said(catalogue: Catalogue, which: Key, language: Language, **values: str | float) -> tuple[str, Language]:
    """A sentence of a review, in the caller's language or in English, and the language it is in."""
    messages = catalogue.review(language.base_code)
    return messages.text(which, **values), language if messages.code == language.base_code else ENGLISH


def read_back(kept: Kept, catalogue: Catalogue, language: Language) -> tuple[str, Language]:
    """What a caller is told of a plan: what, cost, risk, the strongest objection, its reference, and the keys."""
    messages = catalogue.review(language.base_code)
    words = catalogue.wording(messages.code)
    decision = kept.plan.decision
    cost = decision.cost
    risk = kept.plan.risk
    sentences = [
        messages.text("review_intro"),
        messages.text("review_plan", plan=kept.plan.action.strip().rstrip(".")),
        messages.text("review_cost", cost=say_option_cost(cost, words))
        if cost and cost.whole
        else messages.text("review_cost_unknown"),
        messages.text("review_risk", level=words.text(_LEVELS[risk_level(risk)]), points=risk),
        messages.text("review_objection", objection=decision.objection.strip().rstrip("."))
        if decision.objection.strip()
        else "",
        messages.text("review_reference", reference=spelled(kept.reference)),
        messages.text("review_keys"),
    ]
    spoken = language if messages.code == language.base_code else ENGLISH
    return " ".join(filter(None, sentences)), spoken


def spelled(reference: str) -> str:
    """A reference as its digits are said, one by one."""
    return " ".join(reference)


def moment(at: float, language: Language) -> str:
    """A time as it is said, in this machine's time zone: "Monday 30 November, 14:05"."""
    return format_datetime(
        datetime.fromtimestamp(at).astimezone(), "EEEE d MMMM, HH:mm", locale=Locale.parse(language.base_code)
    )
