"""``emads-voice eval``: a suite of questions, put to whoever answers."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from .console import complain, json_errors, out, print_json, progress
from .errors import UsageError
from .exit_status import FAILED
from .options import Graph, words

if TYPE_CHECKING:
    from emads_voice.evaluation.replies import Replies
    from emads_voice.evaluation.report import Baseline
    from emads_voice.evaluation.running import Result
    from emads_voice.evaluation.suite import Row


def evaluate(
    suite: Annotated[
        Path, typer.Argument(metavar="SUITE.jsonl", help="Questions, and what should come of each.")
    ],
    graph: Graph = None,
    model: Annotated[
        str | None,
        typer.Option(help="Chat model, instead of EMADS_MODEL: openai:gpt-5-mini.", callback=words),
    ] = None,
    least: Annotated[
        list[str] | None,
        typer.Option(
            "--min",
            metavar="GROUP=SHARE",
            help="Fail below this: routing=0.85, answer/number=1. May be repeated.",
        ),
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="What --json gave for an earlier run: tell the difference.")
    ] = None,
    split: Annotated[str | None, typer.Option(help="Only the rows of this split: held-out.")] = None,
    variants: Annotated[
        bool, typer.Option(help="Also ask without accents, in lower case and without punctuation.")
    ] = True,
    record: Annotated[
        Path | None, typer.Option(help="Keep what the chat model of the sample company replies in this file.")
    ] = None,
    replay: Annotated[
        Path | None, typer.Option(help="Take its replies from this file: no key, no network.")
    ] = None,
    wrong: Annotated[bool, typer.Option("--wrong", help="Also show each row that was wrong.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print all of it as one line of JSON.")] = False,
) -> None:
    """Put a suite of questions to the agents, and count what came out as it should.

    Exit status: 0 every --min was reached, 1 one was not, or something failed.
    """
    with json_errors(as_json):
        from emads_voice.evaluation.report import as_json as in_json
        from emads_voice.evaluation.report import counts, read_baseline
        from emads_voice.evaluation.suite import read_suite

        thresholds = [_threshold(each) for each in least or []]
        replies = _replies(record, replay, graph)
        before = read_baseline(baseline) if baseline else None
        rows = [row for row in read_suite(suite) if split in (None, row.split)]
        if not rows:
            raise UsageError(f"No row of {suite} has the split {split}: give another, or leave it out.")
        results = asyncio.run(_evaluate(rows, graph, model, variants, replies, record is not None))
        if replies and record:
            replies.write(record)
        reached = counts(results)
        print_json(in_json(results)) if as_json else _show(results, before, wrong)
        missed = [
            f"{name} has {reached[name].share:.1%}, less than {share:.1%}"
            if name in reached
            else f"nothing was counted as {name}; there is {', '.join(reached)}"
            for name, share in thresholds
            if name not in reached or reached[name].share < share
        ]
    for fault in missed:
        complain(f"--min: {fault}.")
    raise typer.Exit(FAILED if missed else 0)


def _threshold(text: str) -> tuple[str, float]:
    name, _, share = text.rpartition("=")
    try:
        least = float(share)
    except ValueError:
        least = -1
    if not name or not 0 <= least <= 1:
        raise UsageError(f"--min {text}: write a group and a share from 0 to 1, such as routing=0.85.")
    return name, least


def _replies(record: Path | None, replay: Path | None, graph: str | None) -> Replies | None:
    """Where replies are kept, or come from; None for neither."""
    from emads_voice.evaluation.replies import Replies, read_replies

    if record and replay:
        raise UsageError("--record and --replay: give one of them.")
    if (record or replay) and graph:
        raise UsageError("--record and --replay are for the sample company: leave out --graph.")
    return read_replies(replay) if replay else Replies() if record else None


async def _evaluate(
    rows: Sequence[Row],
    graph: str | None,
    model: str | None,
    variants: bool,
    replies: Replies | None,
    recording: bool,
) -> list[Result]:
    from emads_voice.assembly.source import find_source
    from emads_voice.evaluation.recording import assemble_recorded
    from emads_voice.evaluation.running import evaluate as put
    from emads_voice.settings import load_settings

    source = find_source(graph)  # which may set variables
    with tempfile.TemporaryDirectory() as folder:  # nobody's records are mixed with these
        changed = {"data_dir": Path(folder), **({"model": model} if model else {})}
        settings = load_settings().model_copy(update=changed)
        with progress("Loading the models…"):
            if replies is None:
                assistant = await source.assemble(settings)
            else:
                assistant = assemble_recorded(settings, replies, record=recording)
            for agent in assistant.agents:
                await agent.warm_up()
            if assistant.router and len(assistant.agents) > 1:
                await assistant.router.warm_up(assistant.agents)
        with progress(f"Asking {len(rows)} questions…"):
            return await put(assistant, rows, variants=variants and not recording, replies=replies)


def _show(results: Sequence[Result], before: Baseline | None, wrong: bool) -> None:
    from emads_voice.evaluation.report import counts

    table = Table("group", "right", "", "95 % of such suites", box=None)
    if before:
        table.add_column("before")
    for name, count in counts(results).items():
        low, high = count.interval
        cells = [name, f"{count.right} of {count.of}", f"{count.share:.0%}", f"{low:.0%} to {high:.0%}"]
        if before:
            known = before.shares.get(name)
            cells.append("" if known is None else f"{known:.0%} ({count.share - known:+.1%})")
        table.add_row(*cells)
    out.print(table)
    took = sorted(result.took_ms for result in results)
    out.print(f"A turn took {took[len(took) // 2]:.0f} ms in the median, {took[-1]:.0f} ms at most.")
    if before:
        for told, ids in zip(("Better", "Worse"), before.changes(results), strict=True):
            if ids:
                out.print(f"{told}: {', '.join(ids)}")
    if wrong:
        for result in results:
            if not all(result.checks.values()):
                failed = ", ".join(check for check, right in result.checks.items() if not right)
                out.print(f"{result.row.id} ({result.variant}; {failed}): {' / '.join(result.row.turns)}")
                out.print(f"    asked {', '.join(result.asked) or 'nobody'}: {result.said}")
