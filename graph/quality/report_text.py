"""What came of a call in Markdown, in its own language if ours are in it, else in English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from emads_voice.graph.meetings.minutes_text import clock
from emads_voice.messages import Catalogue
from emads_voice.messages.formatting import Messages
from emads_voice.writing import plain

from .state import QualityState

_Why = Literal[
    "quality_said",
    "quality_said_late",
    "quality_not_said",
    "quality_not_all_heard",
    "quality_no_occasion",
    "quality_measured",
    "quality_not_measured",
    "quality_time",
    "quality_no_time",
]
_Outcome = Literal["quality_met", "quality_broken", "quality_not_applicable", "quality_unknown"]


def write_report(state: QualityState, catalogue: Catalogue) -> str:
    """The report.

    Args:
        state: with all but its report.
        catalogue: what we say.
    """
    recording = state["recording"]
    said = catalogue.quality(recording["language_code"].split("-")[0] or "en")
    parts = [f"# {plain(said.text('quality_of', name=recording['name']))}", _facts(state, said)]
    if not recording["segments"]:
        return "\n\n".join([*parts, said.text("quality_nobody_spoke")]) + "\n"
    parts += [f"## {said.text('quality_criteria')}", _table(state["verdicts"], said)]
    parts.append(plain(said.text("quality_arithmetic", sum=str(state["score"]["arithmetic"]))))
    parts += [f"## {said.text('quality_advice')}", _advice(state["advice"], said)]
    parts += [f"## {said.text('quality_measures')}", _measures(state["measures"], said)]
    return "\n\n".join(parts) + "\n"


def verdict_of_score(score: Mapping[str, Any], said: Messages) -> str:
    """ "65 %, failed: threats"."""
    percent = f"{score['percent']:g}"
    if score["at_most_percent"] > score["percent"]:
        percent += f"–{score['at_most_percent']:g}"
    if score["failed_by"]:
        return said.text("quality_failed_by", percent=percent, criteria=", ".join(score["failed_by"]))
    key: dict[bool | None, Literal["quality_passed", "quality_failed", "quality_open"]] = {
        True: "quality_passed",
        False: "quality_failed",
        None: "quality_open",
    }
    return said.text(key[score["passed"]], percent=percent, mark=f"{score['pass_mark']:g}")


def outcome_text(outcome: str, said: Messages) -> str:
    """What came of a criterion, in a word."""
    key: dict[str, _Outcome] = {
        "met": "quality_met",
        "broken": "quality_broken",
        "not_applicable": "quality_not_applicable",
        "unknown": "quality_unknown",
    }
    return said.text(key[outcome])


def _facts(state: QualityState, said: Messages) -> str:
    agent, recording = state["agent"], state["recording"]
    told = [
        said.text("quality_score", score=verdict_of_score(state["score"], said)),
        said.text("quality_scorecard", title=state["scorecard"]["title"]),
    ]
    if agent["label"]:
        told.append(said.text("quality_agent", name=agent["name"], label=agent["label"]))
    elif recording["segments"]:
        told.append(said.text("quality_no_agent"))
    if agent["doubt"]:
        told.append(said.text("quality_swapped", label=agent["doubt"]))
    if state["model_failure"]:
        told.append(said.text("quality_model_failed", reason=state["model_failure"].rstrip(".")))
    elif state["found_by"] == "embedded":
        told.append(said.text("quality_embedded"))
    else:
        told.append(said.text("quality_model", model=state["found_by"]))
    if state["dropped"]:
        told.append(said.text("quality_dropped", count=state["dropped"]))
    if not recording["by_channel"] and recording["segments"]:
        told.append(said.text("quality_one_channel"))
    return "\n".join(f"- {plain(line)}" for line in told)


def _table(verdicts: Sequence[Mapping[str, Any]], said: Messages) -> str:
    heads = (
        said.text("quality_criterion"),
        said.text("quality_weight"),
        said.text("quality_outcome"),
        said.text("quality_stands_on"),
    )
    rows = [heads, ("---", "--:", "---", "---")]
    for each in verdicts:
        title = each["title"] + (f" ({said.text('quality_critical')})" if each["critical"] else "")
        row = (title, f"{each['weight']:g}", outcome_text(each["outcome"], said), stands_on(each, said))
        rows.append(tuple(plain(cell) for cell in row))  # type: ignore[arg-type]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def stands_on(verdict: Mapping[str, Any], said: Messages) -> str:
    """The words, the measure or the lack that a verdict stands on."""
    quotes = "; ".join(f"“{each['quote']}” ({clock(each['start_s'])})" for each in verdict["evidence"])
    key: _Why = f"quality_{verdict['why']}"  # type: ignore[assignment]  # one of the keys
    if verdict["why"] == "said":
        return quotes
    if verdict["why"] in ("measured", "time"):
        value = verdict["value"]
        told = f"{value:g}" if isinstance(value, float) else str(value)
        return said.text(key, value=told, limit=verdict["limit"])
    return said.text(key) + (f" {quotes}" if quotes else "")


def _advice(advice: Sequence[Mapping[str, Any]], said: Messages) -> str:
    if not advice:
        return said.text("quality_no_advice")
    made = []
    for each in advice:
        about = [claim for claim in each["about"] if not claim["occasion"]] or each["about"]
        quotes = " ".join(f"“{claim['quote']}” ({clock(claim['start_s'])})" for claim in about)
        made.append(f"- {plain(each['advice'])} {plain(quotes)}".rstrip())
    return "\n".join(made)


def _measures(measures: Mapping[str, Any], said: Messages) -> str:
    told = []
    for side in measures["sides"]:
        line = said.text(
            "quality_talks",
            label=side["speaker"],
            share=f"{100 * side['talk_share']:.0f}",
            duration=clock(side["talk_s"]),
        )
        if side["words_per_minute"] is not None:
            line += " " + said.text("quality_rate", rate=f"{side['words_per_minute']:.0f}")
        if side["interruptions"] is not None:
            line += " " + said.text("quality_interrupts", count=side["interruptions"])
        told.append(line)
    if measures["longest_silence_s"] is not None:
        told.append(
            said.text(
                "quality_silences",
                longest=f"{measures['longest_silence_s']:.1f}",
                count=len(measures["silences"]),
                share=f"{100 * measures['silence_share']:.0f}",
            )
        )
    return "\n".join(f"- {plain(line)}" for line in told) or said.text("quality_not_measured")
