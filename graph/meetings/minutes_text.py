"""The minutes of a meeting in Markdown, in its own language if ours are in it, else in English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from emads_voice.messages import Catalogue
from emads_voice.messages.formatting import Messages
from emads_voice.writing import plain

from .state import MeetingState, SegmentState


def write_minutes(state: MeetingState, catalogue: Catalogue) -> str:
    """The minutes.

    Args:
        state: with all but its minutes.
        catalogue: what we say.
    """
    recording = state["recording"]
    said = catalogue.minutes(recording["language_code"].split("-")[0] or "en")
    parts = [f"# {said.text('minutes_of', name=plain(recording['name']))}", _facts(state, said)]
    if not recording["segments"]:
        return "\n\n".join([*parts, said.text("minutes_nobody_spoke")]) + "\n"
    parts += [f"## {said.text('minutes_actions')}", _actions(state["actions"], said)]
    parts += [f"## {said.text('minutes_decisions')}", _decisions(state["decisions"], said)]
    if state["appointments"]:
        parts += [f"## {said.text('minutes_appointments')}", _appointments(state["appointments"])]
    if state["questions"]:
        parts += [f"## {said.text('minutes_questions')}", _questions(state["questions"], said)]
    parts += [f"## {said.text('minutes_transcript')}", _transcript(recording["segments"], said)]
    return "\n\n".join(parts) + "\n"


def question_text(question: Mapping[str, Any], said: Messages) -> str:
    """An open question, as somebody who was there can answer it."""
    if question["kind"] == "owner":
        return said.text("minutes_who_does", task=question["text"])
    options = [day(option) for option in question["options"]]
    if len(options) == 2:
        either = said.text("minutes_or", first=options[0], second=options[1])
        return said.text("minutes_which_day", when=question["text"], options=either)
    return said.text("minutes_what_day", when=question["text"])


def found_by(state: MeetingState, said: Messages) -> list[str]:
    """How the entries were found, and what was left out of them."""
    told = []
    if state["model_failure"]:
        told.append(said.text("minutes_model_failed", reason=state["model_failure"].rstrip(".")))
    elif state["found_by"] == "embedded":
        told.append(said.text("minutes_embedded"))
    else:
        told.append(said.text("minutes_model", model=state["found_by"]))
    if state["dropped"]:
        told.append(said.text("minutes_dropped", count=state["dropped"]))
    return told


def facts(state: MeetingState, said: Messages) -> list[str]:
    """When the meeting was, how long it took, and who spoke."""
    recording = state["recording"]
    source = {"given": "minutes_given_date", "tag": "minutes_by_tag", "file": "minutes_by_file"}
    when = datetime.fromisoformat(state["recorded_at"]).strftime("%Y-%m-%d %H:%M")
    told = [
        said.text(
            "minutes_recorded",
            when=f"{when} ({state['time_zone']})",
            source=said.text(source[state["recorded_by"]]),  # type: ignore[arg-type]  # three of the keys
        ),
        said.text("minutes_lasts", duration=clock(recording["duration_s"])),
    ]
    if recording["speakers"]:
        told.append(said.text("minutes_speakers", speakers=said.in_a_row(recording["speakers"])))
    return told


def clock(seconds: float) -> str:
    """ "12:34", "1:02:03"."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def day(iso: str) -> str:
    """ "2026-11-27", "2026-11-27 15:00"."""
    return iso[:16].replace("T", " ")


def _facts(state: MeetingState, said: Messages) -> str:
    told = facts(state, said) + (found_by(state, said) if state["recording"]["segments"] else [])
    return "\n".join(f"- {plain(line)}" for line in told)


def _actions(actions: Sequence[Mapping[str, Any]], said: Messages) -> str:
    if not actions:
        return said.text("minutes_no_actions")
    heads = (
        said.text("minutes_who"),
        said.text("minutes_task"),
        said.text("minutes_due"),
        said.text("minutes_said"),
    )
    rows = [
        (
            action["owner"] or f"({said.text('minutes_nobody')})",
            action["task"],
            day(action["due"]) or (f"“{action['due_text']}”" if action["due_text"] else ""),
            _said(action),
        )
        for action in actions
    ]
    table = [heads, tuple("---" for _ in heads), *(tuple(map(plain, row)) for row in rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in table)


def _decisions(decisions: Sequence[Mapping[str, Any]], said: Messages) -> str:
    if not decisions:
        return said.text("minutes_no_decisions")
    made = []
    for taken in decisions:
        yes = said.in_a_row([vote["who"] or "?" for vote in taken["agreed"]])
        votes = [said.text("minutes_agreed", names=yes)] if yes else []
        if taken["against"]:
            no = said.in_a_row([vote["who"] or "?" for vote in taken["against"]])
            votes.append(said.text("minutes_against", names=no))
        made.append(f"- {plain(taken['text'])}. {plain('. '.join(votes))}. {plain(_said(taken))}")
    return "\n".join(made)


def _appointments(appointments: Sequence[Mapping[str, Any]]) -> str:
    return "\n".join(
        f"- {plain(day(each['start']) or each['when_text'])}: {plain(each['title'])}. {plain(_said(each))}"
        for each in appointments
    )


def _questions(questions: Sequence[Mapping[str, Any]], said: Messages) -> str:
    return "\n".join(
        f"- {plain(question_text(question, said))} {plain(_said(question))}" for question in questions
    )


def _transcript(segments: Sequence[SegmentState], said: Messages) -> str:
    made = []
    for segment in segments:
        doubt = f" ({said.text('minutes_unsure')})" if segment["unsure"] else ""
        who = f"**{plain(segment['speaker'])}**{doubt}: " if segment["speaker"] else ""
        text = plain(segment["text"].strip()) or "[…]"
        made.append(f"`{clock(segment['start_s'])}` {who}{text}")
    return "\n\n".join(made)


def _said(claim: Mapping[str, Any]) -> str:
    return (
        f"“{claim['quote']}” ({claim['speaker'] + ', ' if claim['speaker'] else ''}{clock(claim['start_s'])})"
    )
