"""Judging what came of a row: each check is right, wrong, or not asked for."""

from __future__ import annotations

import re
from typing import Any

from emads_voice.channels.turn import Turn
from emads_voice.graph.state import asked_agents

from .suite import Expected, Row

Checks = dict[str, bool]
"""Check → whether it was passed: "routing", "act", "answer", "length", "decision"."""

_ACTS = {"question": None, "human": "person"}
"""Intents that are no acts, or called something else here."""


def judge(row: Row, turn: Turn) -> Checks:
    """What can be judged of the last turn of a row."""
    checks: Checks = {}
    if row.expected is not None:
        asked = sorted(asked_agents(turn.state))
        checks["routing"] = asked in (sorted(row.expected), *(sorted(names) for names in row.also_ok))
    if row.intent is not None:
        checks["act"] = turn.act == _ACTS.get(row.intent, row.intent)
    if row.must or row.must_not or row.no_answer is not None:
        checks["answer"] = _is_right(row, turn)
    if row.seconds is not None:
        speech = turn.speech
        checks["length"] = bool(speech) and _spoken_s(turn) <= row.seconds
    if row.decision is not None:
        checks["decision"] = _is_decided(row.decision, turn.state.get("decision"))
    return checks


def _is_right(row: Row, turn: Turn) -> bool:
    """Whether an answer says what it must and nothing it must not; where nothing may be answered, whether none was."""
    said = turn.answer or ""
    if row.no_answer and gives_an_answer(turn):
        return False
    return all(re.search(each, said, re.IGNORECASE) for each in row.must) and not any(
        re.search(each, said, re.IGNORECASE) for each in row.must_not
    )


def gives_an_answer(turn: Turn) -> bool:
    """Whether something was told as known: an agent names where it was read."""
    return any(view["sources"] for view in turn.state.get("analyses", {}).values())


_LETTERS_A_SECOND = 15


def _spoken_s(turn: Turn) -> float:
    """The seconds an answer takes: measured where it was spoken, else as people speak."""
    speech = turn.speech
    if speech and speech["duration_s"]:
        return speech["duration_s"]
    return len(turn.answer or "") / _LETTERS_A_SECOND


def _is_decided(expected: Expected, decision: dict[str, Any] | None) -> bool:
    if decision is None:
        return False
    risk = decision["risk"]["value"]
    rules = {reason["rule"] for reason in decision["escalation_reasons"]}
    best = decision["options"][0] if decision["options"] else {"name": "", "id": ""}
    return (
        (expected.risk is None or expected.risk[0] <= risk <= expected.risk[1])
        and (expected.escalates is None or decision["escalate"] == expected.escalates)
        and set(expected.rules) <= rules
        and (not expected.option or expected.option.lower() in f"{best['name']} {best['id']}".lower())
    )
