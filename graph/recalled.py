"""A past decision in words: what was proposed, and how far it is at this moment."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_datetime

from emads_voice.messages import Catalogue, MemoryKey
from emads_voice.voice.languages import Language

if TYPE_CHECKING:  # it brings a database along
    from emads_voice.decisions import Kept

_LONGEST = 200
"""Characters of a question or a reason that are read out."""


def told(kept: Kept, carried_out_at: float | None, language: Language, catalogue: Catalogue) -> str:
    """A decision as somebody is told it who asks what became of it.

    Args:
        kept: as it is now.
        carried_out_at: when its last step was done, seconds since 1970; None if none was.
        language: of the sentences; what was proposed stays in the words it was proposed in.
        catalogue: what is said.
    """
    decision = kept.plan.decision
    option = decision.recommended[0] if decision.recommended else kept.plan.action
    reference = " ".join(kept.reference)
    first = said(
        catalogue,
        "memory_decided",
        language,
        question=_short(decision.objective),
        option=_short(option),
        reference=reference,
    )
    return " ".join(part for part in (first, _status(kept, carried_out_at, language, catalogue)) if part)


def subject(kept: Kept) -> str:
    """What a decision was about, in a question that offers several."""
    return _short(kept.plan.decision.objective).rstrip("?.! ")


def said(catalogue: Catalogue, key: MemoryKey, language: Language, **values: str | float) -> str:
    """A message of the memory, in a language or else in English."""
    return catalogue.memory(language.base_code).text(key, **values)


def _status(kept: Kept, carried_out_at: float | None, language: Language, catalogue: Catalogue) -> str:
    day = _moment(kept.decided_at, language, "EEEE d MMMM") if kept.decided_at else ""
    if kept.status == "pending":
        missing = max(1, kept.approvals_needed - len(kept.approved_by))
        until = _moment(kept.expires_at, language, "EEEE d MMMM, HH:mm")
        return said(catalogue, "memory_pending", language, count=missing, until=until)
    if kept.status == "replanning":
        return said(catalogue, "memory_replanning", language)
    if kept.status in _AFTER:
        by = len(kept.approved_by)
        sentences = [said(catalogue, "memory_approved", language, day=day, count=by)]
        if kept.status == "executed" and carried_out_at:
            at = _moment(carried_out_at, language, "EEEE d MMMM, HH:mm")
            sentences.append(said(catalogue, "memory_executed_at", language, at=at))
        else:
            sentences.append(said(catalogue, _AFTER[kept.status], language))
        return " ".join(sentences)
    sentences = [said(catalogue, _ENDS[kept.status], language, day=day)]
    if kept.status in ("rejected", "withdrawn") and kept.reason.strip():
        sentences.append(said(catalogue, "memory_reason", language, reason=_short(kept.reason)))
    return " ".join(sentences)


_AFTER: dict[str, MemoryKey] = {
    "approved": "memory_under_way",
    "executed": "memory_executed",
    "failed": "memory_failed",
    "unknown": "memory_outcome_unknown",
}
_ENDS: dict[str, MemoryKey] = {
    "rejected": "memory_rejected",
    "expired": "memory_expired",
    "withdrawn": "memory_withdrawn",
    "superseded": "memory_superseded",
}


def _moment(at: float, language: Language, form: str) -> str:
    return format_datetime(
        datetime.fromtimestamp(at).astimezone(), form, locale=Locale.parse(language.base_code)
    )


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rsplit(' ', 1)[0]} …"
