"""``emads-voice batch``: a folder of recordings goes in; a result for each comes out, and a summary."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from emads_voice.batch.pipelines import Job, Task
from emads_voice.environment import split_terms
from emads_voice.writing import storable

from .console import complain, err, note, out, progress, warn, warnings_shown
from .errors import UsageError
from .exit_status import DEGRADED, FAILED
from .options import Hotwords, Spoken, spoken_language, words
from .watch import EVERY_S

if TYPE_CHECKING:
    from emads_voice.batch.recordings import Found, Recording
    from emads_voice.batch.results import Results
    from emads_voice.batch.work import Outcome
    from emads_voice.settings import Settings

Tell = Callable[["Outcome"], None]


class Where(StrEnum):
    """Where a batch is worked through."""

    HERE = "here"
    RAY = "ray"


MOST_UNRECOGNISED = 5
"""So many recordings on which the recogniser fails, one after the other, are not the recordings' fault."""

SHOWN = 5
"""Files that are named where many are left out."""


def batch(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The recordings, also in folders below.")],
    do: Annotated[Task, typer.Option("--do", help="What is done with each.")],
    output: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder for a folder of results for each recording.")
    ],
    language: Spoken = None,
    hotwords: Hotwords = "",
    time_zone: Annotated[
        str,
        typer.Option(
            "--time-zone",
            help="Where they were recorded: Asia/Ho_Chi_Minh. By default this machine's.",
            callback=words,
        ),
    ] = "",
    scorecard: Annotated[
        str,
        typer.Option(
            help="What calls are judged by: support, collections_vn, or your own file.", callback=words
        ),
    ] = "support",
    at_once: Annotated[
        int | None,
        typer.Option("--at-once", help="How many recordings at a time. By default one a core.", min=1),
    ] = None,
    on: Annotated[
        Where, typer.Option("--on", help="Where: in this process, or by actors of Ray (extra ray).")
    ] = Where.HERE,
    address: Annotated[
        str,
        typer.Option(
            metavar="HOST:PORT",
            help="Ray's cluster. By default Ray is started on this machine.",
            callback=words,
        ),
    ] = "",
) -> None:
    """Work through a folder of recordings, one result for each sound. The same command again goes on where it was.

    Exit status: 0 all done, 1 a recording failed or the batch could not go on, 3 all done, but a part of a recording
    cannot be read or understood, another recogniser had to take over, or the chat model could not be used.
    """
    from emads_voice.batch.on_ray import check_ray
    from emads_voice.batch.recordings import find
    from emads_voice.batch.results import Results
    from emads_voice.settings import load_settings

    if on is Where.RAY:
        check_ray()
    elif address:
        raise UsageError("--address is of a cluster of Ray: add --on ray.")
    spoken = spoken_language(language)
    job = Job(
        do,
        language=spoken.code if spoken else "",
        hotwords=split_terms(hotwords),
        time_zone=time_zone,
        scorecard=_scorecard(scorecard) if do is Task.QUALITY else "",
    )
    settings = load_settings()
    with progress(f"Looking through {folder}…"):
        found = find(folder.absolute() if on is Where.RAY else folder, without=output)
    _tell_left_out(found.left_out)
    results = Results(output.absolute(), job.version(settings))

    def work(left: Sequence[Recording], tell: Tell) -> None:
        if on is Where.RAY:
            from emads_voice.batch.on_ray import Order, run_on_ray

            run_on_ray(Order(job, settings, left, results, at_once, address), tell)
        else:
            asyncio.run(_here(left, job, settings, results, at_once, tell))

    with results.opened():
        raise typer.Exit(_work_through(found, job, results, work))


def _scorecard(name: str) -> str:
    from emads_voice.agents.quality.scorecard import load_scorecard

    return load_scorecard(name).model_dump_json()


def _work_through(
    found: Found, job: Job, results: Results, work: Callable[[Sequence[Recording], Tell], None]
) -> int:
    from emads_voice.batch.errors import BatchError
    from emads_voice.batch.work import outcome_of

    began = time.monotonic()
    for sentence in found.unreadable.values():
        complain(sentence)
    outcomes: dict[str, Outcome] = {}
    for recording in found.recordings:
        if outcome := outcome_of(recording, results):
            outcomes[recording.sha256] = outcome
    before = len(outcomes)
    left = [recording for recording in found.recordings if recording.sha256 not in outcomes]
    if before:
        note(f"{before} of {len(found.recordings)} were done before.")
    in_a_row = 0
    try:
        if left:
            with warnings_shown(), _progress(left) as advance:

                def tell(outcome: Outcome) -> None:
                    nonlocal in_a_row
                    outcomes[outcome.sha256] = outcome
                    advance(outcome)
                    in_a_row = in_a_row + 1 if outcome.unrecognised else 0
                    if in_a_row >= MOST_UNRECOGNISED:
                        raise BatchError(
                            f"The recogniser failed on {in_a_row} recordings one after the other, so the batch stops:"
                            " see why above. The results so far are kept: run the same command again when that is"
                            " mended."
                        )

                work(left, tell)
    except KeyboardInterrupt:
        complain(f"Interrupted; {len(outcomes)} results are kept: run the same command to go on.")
        raise
    finally:
        path = results.summarise(_summary(found, job, results, outcomes))
    return _conclude(found, outcomes, before, time.monotonic() - began, path)


async def _here(
    left: Sequence[Recording],
    job: Job,
    settings: Settings,
    results: Results,
    at_once: int | None,
    tell: Tell,
) -> None:
    from emads_voice.batch.here import run_here
    from emads_voice.batch.making import make_pipeline
    from emads_voice.voice.models.cores import CORES

    pipeline = make_pipeline(job, settings)
    await pipeline.warm_up()
    await run_here(left, pipeline, results, at_once or CORES, tell)


@contextmanager
def _progress(left: Sequence[Recording]) -> Iterator[Tell]:
    """Shows how far the batch is, by the length of what is heard; what failed is told at once.

    On a terminal that is a bar, elsewhere a line every ten seconds.
    """
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    known = [recording.announced_s for recording in left if recording.announced_s]
    usual = sum(known) / len(known) if known else 1.0  # of files that do not say
    lengths = {recording.sha256: recording.announced_s or usual for recording in left}
    whole = sum(lengths.values())
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeRemainingColumn(),
        console=err,
        disable=not err.is_terminal,
    )
    task = bar.add_task("", total=whole)
    began, first, said = 0.0, 0.0, 0.0  # when the first was done: until then models load
    done, heard = 0, 0.0

    def advance(outcome: Outcome) -> None:
        nonlocal began, first, said, done, heard
        done += 1
        heard += lengths[outcome.sha256]
        told = f"{done} of {len(left)} done, {_spelt(heard)} of {_spelt(whole)} of sound"
        bar.update(task, completed=heard, description=told)
        if outcome.reason:
            complain(outcome.reason)
        now = time.monotonic()
        if done == 1:
            began, first, said = now, heard, now
        if not err.is_terminal and now - said >= EVERY_S and done < len(left):
            said = now
            note(f"{told}, {_spelt((now - began) / (heard - first) * (whole - heard))} left")

    with bar:
        yield advance


def _tell_left_out(paths: Sequence[Path]) -> None:
    if paths:
        named = ", ".join(str(path) for path in paths[:SHOWN]) + (", …" if len(paths) > SHOWN else "")
        what = "1 file is" if len(paths) == 1 else f"{len(paths)} files are"
        note(f"{what} left out, not named like a recording: {named}")


def _summary(found: Found, job: Job, results: Results, outcomes: dict[str, Outcome]) -> dict[str, object]:
    """What became of each file."""
    files: list[dict[str, object]] = [
        {"file": storable(str(path)), "state": "failed", "reason": storable(reason)}
        for path, reason in found.unreadable.items()
    ]
    for recording in found.recordings:
        outcome = outcomes.get(recording.sha256)
        what: dict[str, object] = {
            "audio_sha256": recording.sha256,
            "state": outcome.state if outcome else "left",
        }
        if outcome and outcome.reason:
            what["reason"] = storable(outcome.reason)
        elif outcome:
            what |= {
                "result": results.place(recording.sha256).name,
                "duration_s": round(outcome.duration_s, 3),
                "remarks": [storable(remark) for remark in outcome.remarks],
            }
        for path in recording.paths:
            same = {} if path == recording.path else {"same_as": storable(str(recording.path))}
            files.append({"file": storable(str(path)), **what, **same})
    return {
        "do": job.do,
        "version": results.version,
        "files": sorted(files, key=lambda each: str(each["file"])),
    }


def _conclude(found: Found, outcomes: dict[str, Outcome], before: int, took_s: float, path: Path) -> int:
    """Tell what became of all; returns the exit status."""
    failed = sum(bool(outcome.reason) for outcome in outcomes.values()) + len(found.unreadable)
    partly = [outcome for outcome in outcomes.values() if outcome.remarks]
    copies = sum(len(recording.paths) - 1 for recording in found.recordings)
    done = [outcome for outcome in outcomes.values() if not outcome.reason]
    parts = [f"{len(done)} done" + (f" ({before} of them before)" if before else "")]
    parts += [f"{copies} more are copies"] if copies else []
    parts += [f"{len(partly)} not whole"] if partly else []
    parts += [f"{failed} failed"] if failed else []
    sound = _spelt(sum(outcome.duration_s for outcome in done))
    out.print(f"{', '.join(parts)}; {sound} of sound, in {_spelt(took_s)}: {path}")
    if partly:
        warn(f"Of {len(partly)} something is missing: see their remarks in {path}.")
    return FAILED if failed else DEGRADED if partly else 0


def _spelt(seconds: float) -> str:
    if seconds >= 5400:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
