"""The nodes of a judged call's graph: hearing it, what was said of the scorecard, the score, and what to learn."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from langchain_core.messages import AIMessage
from langgraph.runtime import Runtime

from emads_voice.agents.errors import ModelError
from emads_voice.agents.quality.coaching import coach
from emads_voice.agents.quality.errors import ScorecardError
from emads_voice.agents.quality.forms import Claim, Verdict
from emads_voice.agents.quality.judge import Judge
from emads_voice.agents.quality.measures import measure
from emads_voice.agents.quality.scorecard import Scorecard, load_scorecard, shipped_scorecards
from emads_voice.agents.quality.scoring import score
from emads_voice.agents.quality.sides import tell_agent
from emads_voice.agents.quality.verdicts import Call, located, of_their_side, verdicts
from emads_voice.graph.meetings.nodes import heard_in
from emads_voice.graph.meetings.recorded import MeetingError
from emads_voice.graph.meetings.state import RecordingState, lines_of
from emads_voice.messages import Catalogue
from emads_voice.observability import AuditLog, span
from emads_voice.voice.recognizer import Recognizer
from emads_voice.voice.transcription.sides import speaker

from .context import QualityContext
from .report_text import write_report
from .state import QualityState

Update = dict[str, Any]


class Node(Protocol):
    """What LangGraph runs."""

    async def __call__(self, state: QualityState, *, runtime: Runtime[QualityContext]) -> Update: ...


def node(name: str, work: Callable[[QualityState, QualityContext], Awaitable[Update]]) -> Node:
    """A node that does its work within a span of the call's trace."""

    async def run(state: QualityState, *, runtime: Runtime[QualityContext]) -> Update:
        with span(name, parent=state.get("trace", "")):
            return await work(state, runtime.context or QualityContext())

    run.__name__ = name
    return run


def transcribe(
    recognizer: Recognizer, audit: AuditLog | None, hotwords: Sequence[str], models_dir: Path | None
) -> Node:
    """Hears the recording, and keeps the audit record."""

    async def work(state: QualityState, context: QualityContext) -> Update:
        await asyncio.to_thread(scorecard_of, context)  # what is wrong with it is told before the work
        update, heard = await heard_in(
            state.get("messages", []), context, recognizer, audit, hotwords=hotwords, models_dir=models_dir
        )
        with_clock = update["recorded_by"] == "tag" or ":" in context.date
        spells = [(name, round(start, 2), round(end, 2)) for name, start, end in heard.speech]
        return {**update, "speech": spells, "time_of_day_known": with_clock}

    return node("transcribe", work)


def compliance(judge: Judge, embedded: Judge) -> Node:
    """Finds the words that the scorecard speaks of, and who is the agent; without the model, where that fails."""

    async def work(state: QualityState, context: QualityContext) -> Update:
        scorecard, recording = await asyncio.to_thread(scorecard_of, context), state["recording"]
        lines = lines_of(recording)
        failure, name = "", judge.name
        try:
            claims = await judge.find(scorecard, lines)
        except ModelError as error:
            failure, name = str(error), embedded.name
            claims = await embedded.find(scorecard, lines)
        said, dropped = await asyncio.to_thread(located, claims, scorecard, lines)
        given = _label(context, recording) if context.agent_speaks else ""
        side = tell_agent(said, scorecard, recording["speakers"], given)
        return {
            "scorecard": {
                "name": scorecard.name,
                "title": scorecard.title.text(_language(recording)),
                "digest": hashlib.sha256(scorecard.model_dump_json().encode()).hexdigest()[:12],
            },
            "agent": {
                "name": context.agent or side.label,
                "label": side.label,
                "known_by": side.known_by,
                "doubt": side.doubt,
            },
            "found_by": name,
            "model_failure": failure,
            "dropped": dropped,
            "claims": [claim.model_dump() for claim in of_their_side(said, side.label)],
        }

    return node("compliance", work)


def quality() -> Node:
    """Computes measures, verdicts and the score."""

    async def work(state: QualityState, context: QualityContext) -> Update:
        scorecard, recording = await asyncio.to_thread(scorecard_of, context), state["recording"]
        lines = lines_of(recording)
        measures = measure(state["speech"], lines, by_channel=recording["by_channel"])
        call = Call(
            lines=lines,
            agent=state["agent"]["label"],
            measures=measures,
            gaps=[
                (part["speaker"], part["start_s"], part["end_s"])
                for part in recording["segments"]
                if not part["text"].strip()
            ],
            began=datetime.fromisoformat(state["recorded_at"]) if state["time_of_day_known"] else None,
            language=_language(recording),
        )
        made = verdicts([Claim.model_validate(claim) for claim in state["claims"]], scorecard, call)
        return {
            "measures": measures.model_dump(),
            "verdicts": [verdict.model_dump() for verdict in made],
            "score": score(made, scorecard.pass_mark).model_dump(),
        }

    return node("quality", work)


def training(catalogue: Catalogue) -> Node:
    """Says what to do differently, and writes the report."""

    async def work(state: QualityState, context: QualityContext) -> Update:
        made = [Verdict.model_validate(verdict) for verdict in state["verdicts"]]
        scorecard = await asyncio.to_thread(scorecard_of, context)
        advice = coach(made, scorecard, _language(state["recording"]))
        told = QualityState(**{**state, "advice": [each.model_dump() for each in advice]})
        report = await asyncio.to_thread(write_report, told, catalogue)
        update: Update = {"advice": told["advice"], "report": report}
        if state.get("messages"):
            update["messages"] = [AIMessage(report)]
        return update

    return node("training", work)


def scorecard_of(context: QualityContext) -> Scorecard:
    """What a run judges by. Only those that ship can be named: a server must not read what strangers name.

    Raises:
        ScorecardError: there is none of that name.
    """
    if context.own_scorecard:
        return context.own_scorecard
    if context.scorecard not in shipped_scorecards():
        raise ScorecardError(
            f'There is no scorecard "{context.scorecard}": name {" or ".join(shipped_scorecards())}.'
        )
    return load_scorecard(context.scorecard)


def _label(context: QualityContext, recording: RecordingState) -> str:
    """What the speaker of that number is called.

    Raises:
        MeetingError: there is none.
    """
    number = context.agent_speaks or 1
    if number <= len(context.speakers):
        return context.speakers[number - 1]
    if recording["by_channel"] and number <= 2:
        return speaker(number, 2)
    if number <= len(recording["speakers"]):
        return recording["speakers"][number - 1]
    if not recording["speakers"]:
        return ""
    found = len(recording["speakers"])
    raise MeetingError(
        f"There is no speaker {number} in {recording['name']}: {found} were told apart; give another number."
    )


def _language(recording: RecordingState) -> str:
    return recording["language_code"].split("-")[0] or "en"
