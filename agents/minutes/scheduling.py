"""When what was found is due: dates as they were said made days, and a question where one may be several."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from .dates import When, find_when
from .forms import Action, Appointment, Findings, OpenQuestion, Said


def schedule(found: Findings, recorded_at: datetime) -> tuple[Findings, list[OpenQuestion]]:
    """The findings with their dates, and what must be asked.

    Args:
        found: with dates as they were said.
        recorded_at: when the recording was made, with its time zone: "tomorrow" is counted from there.
    """
    questions: list[OpenQuestion] = []
    actions: list[Action] = []
    for action in found.actions:
        when = _when(action.due_text, recorded_at)
        actions.append(action.model_copy(update={"due": when.iso if when else ""}))
        if action.due_text and not (when and when.certain):
            questions.append(_question(action, "date", action.due_text, when.options if when else ()))
        if not action.owner:
            questions.append(_question(action, "owner", action.task))
    appointments: list[Appointment] = []
    for appointment in found.appointments:
        when = _when(appointment.when_text, recorded_at)
        appointments.append(appointment.model_copy(update={"start": when.iso if when else ""}))
        if not (when and when.certain):
            text = appointment.when_text or appointment.title
            questions.append(_question(appointment, "date", text, when.options if when else ()))
    return found.model_copy(update={"actions": actions, "appointments": appointments}), questions


def _when(text: str, recorded_at: datetime) -> When | None:
    return find_when(text, recorded_at) if text else None


def _question(claim: Said, kind: Any, text: str, options: Sequence[Any] = ()) -> OpenQuestion:
    return OpenQuestion(
        **claim.model_dump(include=set(Said.model_fields)),
        kind=kind,
        text=text,
        options=[option.isoformat() for option in options],
    )
