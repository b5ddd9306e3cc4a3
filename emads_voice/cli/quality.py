"""``emads-voice quality``: recorded calls go in; verdicts with quotes, a score and advice come out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from emads_voice.environment import split_terms
from emads_voice.errors import EmadsVoiceError
from emads_voice.voice.errors import AudioError
from emads_voice.voice.languages import find_spoken

from .console import complain, err, note, out, progress, readable, warn
from .exit_status import DEGRADED, FAILED
from .options import Hotwords, SpeakersByChannel, Spoken, TimeZone, Track, is_split, words
from .transcripts import tell_silent_channels, tell_what_is_missing
from .watch import EVERY_S, Watch

if TYPE_CHECKING:
    from emads_voice.graph.quality import QualityContext, QualityState
    from emads_voice.voice.recognizer import Recognizer, Segment
    from emads_voice.voice.speakers.hearing import Heard

_log = logging.getLogger(__name__)


class _FilesFirst(TyperGroup):
    """``quality FILE…`` is ``quality score FILE…``; a file called review or report is named ./report."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] != "--help":
            args = ["score", *args]
        return super().parse_args(ctx, args)


quality = typer.Typer(
    cls=_FilesFirst,
    no_args_is_help=True,
    help="Judge recorded calls by a scorecard: emads-voice quality FILE… is emads-voice quality score FILE…",
    pretty_exceptions_enable=False,
)


@quality.command("score")
def score_calls(
    given: Annotated[list[str], typer.Argument(metavar="FILE…", help="Recordings of calls.")],
    scorecard: Annotated[
        str,
        typer.Option(
            help="What they are judged by: support, collections_vn, or your own file.", callback=words
        ),
    ] = "support",
    output: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Folder for a result a call, in JSON and Markdown. Without it reports are printed.",
        ),
    ] = None,
    agent: Annotated[str, typer.Option(help="The agent's name, for reports.", callback=words)] = "",
    agent_speaks: Annotated[
        int | None,
        typer.Option(
            "--agent-speaks",
            metavar="NUMBER",
            help="Which speaker is the agent: 1 is the left channel, or in one channel who speaks first. By default who"
            " says what agents say.",
            min=1,
        ),
    ] = None,
    speakers: Annotated[
        str, typer.Option(help="Names of all who speak, in that order: Lan,Customer.", callback=words)
    ] = "",
    count: Annotated[
        int | None,
        typer.Option("--count", help="How many speak in one channel, if that is known.", min=1, max=50),
    ] = None,
    date: Annotated[
        str,
        typer.Option(
            help="When they were recorded: 2026-11-27T09:00. By default the files' tags say so.",
            callback=words,
        ),
    ] = "",
    time_zone: TimeZone = "",
    language: Spoken = None,
    hotwords: Hotwords = "",
    track: Track = None,
    channels: SpeakersByChannel = None,
) -> None:
    """Judge recorded calls by a scorecard: what was said and was not, on which words, and the score.

    Exit status: 0 done, 1 a call could not be judged, 3 done, but a part of a recording cannot be read or understood,
    the channels may be swapped, or the chat model could not be used.
    """
    find_spoken(language)  # before the work
    choices: dict[str, Any] = {
        "speakers": list(dict.fromkeys(split_terms(speakers))),
        "speaker_count": count,
        "date": date,
        "time_zone": time_zone,
        "language": language or "",
        "hotwords": list(split_terms(hotwords)),
        "track": track,
        "split": is_split(channels),
        "agent": agent,
        "agent_speaks": agent_speaks,
    }
    raise typer.Exit(asyncio.run(_judge([words(each) or "" for each in given], scorecard, output, choices)))


class Outcome(StrEnum):
    """What a person says of a criterion."""

    MET = "met"
    BROKEN = "broken"
    NOT_APPLICABLE = "not_applicable"


@quality.command()
def review(
    result: Annotated[Path, typer.Argument(metavar="RESULT", help="A call's result: DIR/….quality.json.")],
    criterion: Annotated[str, typer.Option(help="Which criterion, by its id.", callback=words)],
    outcome: Annotated[Outcome, typer.Option(help="What is right.")],
    by: Annotated[str, typer.Option(metavar="NAME", help="Who says so.", callback=words)],
    remark: Annotated[str, typer.Option("--note", help="Why.", callback=words)] = "",
) -> None:
    """Correct a verdict; the machine's, and its score, stay beside it."""
    from emads_voice.quality.results import Correction, correct, read_result, save

    at = datetime.now(UTC).isoformat(timespec="seconds")
    before = read_result(result)
    corrected = correct(
        before, Correction(criterion=criterion, outcome=outcome.value, by=by, at=at, note=remark)
    )
    save(result, corrected)
    out.print(f"{result}: {corrected.final_score.percent:g} % (before: {before.score.percent:g} %)")


@quality.command()
def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of results.")],
    output: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where to write report.html, calls.csv and criteria.csv."),
    ] = None,
) -> None:
    """Report on all results in a folder: scores by agent, criteria by agent, and the calls."""
    from collections import Counter

    from emads_voice.assembly.configured import make_catalogue
    from emads_voice.meetings.files import check_folder, write_whole
    from emads_voice.quality.report import make_report
    from emads_voice.quality.results import read_results
    from emads_voice.quality.tables import calls_csv, criteria_csv
    from emads_voice.settings import load_settings

    results = read_results(folder)
    spoken = Counter(result.language_code.split("-")[0] or "en" for result in results)
    said = make_catalogue(load_settings()).quality(spoken.most_common(1)[0][0])
    target = output or folder
    check_folder(target)
    made = {
        "report.html": make_report(results, said),
        "calls.csv": calls_csv(results),
        "criteria.csv": criteria_csv(results),
    }
    for name, content in made.items():
        out.print(str(write_whole(target / name, content)))


async def _judge(given: Sequence[str], scorecard: str, output: Path | None, choices: dict[str, Any]) -> int:
    from emads_voice.agents.quality.scorecard import load_scorecard
    from emads_voice.assembly.configured import make_catalogue
    from emads_voice.assembly.quality import make_quality_graph
    from emads_voice.configured_backends import make_recognizer
    from emads_voice.graph.meetings.recorded import zone_of
    from emads_voice.meetings.files import check_folder
    from emads_voice.settings import load_settings

    settings = load_settings()
    card = load_scorecard(scorecard)  # what is wrong is told before the work
    zone_of(choices["time_zone"])
    if output:
        check_folder(output)
    recognizer = make_recognizer(settings)
    graph = make_quality_graph(settings, recognizer=recognizer, catalogue=make_catalogue(settings)).compile(
        name="quality"
    )
    status = 0
    for each in dict.fromkeys(given):
        try:
            degraded = await _judge_one(
                Path(each), graph, recognizer, {**choices, "own_scorecard": card}, output
            )
        except EmadsVoiceError as error:
            if len(given) == 1:
                raise
            complain(error)  # the others are judged all the same
            status = FAILED
            continue
        if degraded and status == 0:
            status = DEGRADED
    return status


def _recording(path: Path) -> Path:
    if not path.is_file():
        why = "it is a folder" if path.is_dir() else "there is no such file"
        raise AudioError(f"Cannot read {path}: {why}; give the path of a recording.")
    return path


async def _judge_one(
    path: Path, graph: Any, recognizer: Recognizer, choices: dict[str, Any], output: Path | None
) -> bool:
    from emads_voice.configured_backends import fell_back
    from emads_voice.graph.quality import QualityContext
    from emads_voice.quality.results import result_of, write_result

    heard: list[Heard] = []
    watch = Watch(path.name, _log.info, _nothing, every_s=1.0 if err.is_terminal else EVERY_S)
    context = QualityContext(**choices, recording=_recording(path), watcher=watch, on_heard=heard.append)
    with progress(f"Listening to {path.name}…"):
        state = await watch.during(_run(graph, context))
    recording, agent = state["recording"], state["agent"]
    tell_what_is_missing(path.name, heard[0].transcript)
    tell_silent_channels(path.name, heard[0].silent)
    if recording["faults"]:
        complain(f"{path}: {'; '.join(recording['faults'])}. The rest is used.")
    if state["model_failure"]:
        warn(f"{state['model_failure']} {path.name} was judged without it.")
    if agent["doubt"]:
        warn(
            f"{path.name}: {agent['doubt']} says what agents say, not {agent['label']}: the channels may be swapped."
        )
    elif agent["known_by"] in ("unknown", "alone") and recording["segments"] and not heard[0].silent:
        who = "one speaker was told apart" if agent["known_by"] == "alone" else "nobody speaks like the agent"
        note(
            f"{path.name}: {who}; say who is the agent with --agent-speaks, and how many speak with --count."
        )
    if output:
        for written in write_result(output, result_of(state), state["report"]):
            out.print(str(written))
    else:
        out.print(readable(state["report"]), end="")
    partly = (
        recording["faults"]
        or heard[0].transcript.gaps
        or heard[0].silent
        or state["model_failure"]
        or agent["doubt"]
    )
    return bool(partly) or fell_back(recognizer, recording["model"])


async def _run(graph: Any, context: QualityContext) -> QualityState:
    state: QualityState = await graph.ainvoke({}, context=context)
    return state


def _nothing(_: Sequence[Segment]) -> None:
    """What is written down is shown in the end."""
