"""``emads-voice doctor --size``: what a load needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from emads_voice import sizing
from emads_voice.cli.console import out, print_json
from emads_voice.cli.errors import UsageError

_WIDTH = 108  # of a table: narrower, it would leave parts out
_BASIS = """\
Planned from the publisher's figures for 0.6B on vLLM at half load, 1.7B in proportion to its weights; measure before
you buy. GPUs for calls are not to be lent to recordings at the same time: a full GPU answers after seconds. The
formulas: docs/qwen3-asr.md."""


def show_size(size: str, as_json: bool) -> None:
    """Print what a load needs.

    Args:
        size: "calls=50,hours=200".
        as_json: as one JSON object, without the explanation.

    Raises:
        UsageError: ``size`` is no load.
    """
    try:
        plan = sizing.plan(sizing.parse_load(size))
    except sizing.LoadError as error:
        raise UsageError(str(error)) from None
    if as_json:
        print_json(asdict(plan))
        return
    if plan.live:
        requests = sizing.requests_per_s(plan.load.calls)
        out.print(
            Text(f"{_count(plan.load.calls, 'call')} at once: {requests:.1f} recognitions a second", "bold")
        )
        _wide().print(_table(plan.live, "calls", "text after"))
    if plan.application:
        app = plan.application
        out.print(
            f"And the application, with Piper's voices: {_count(app.processes, 'process')},"
            f" {_count(app.cores, 'core')}, {app.gb:g} GB"
        )
    if plan.batch:
        out.print(Text(f"{plan.load.hours:g} hours of recordings, each night", "bold"))
        _wide().print(_table(plan.batch, "hours", "all within"))
    out.print(Text(_BASIS, "dim"))


def _wide() -> Console:
    """Standard output, at least as wide as the tables."""
    return Console(width=max(out.width, _WIDTH), highlight=False, markup=False, emoji=False)


def _table(setups: Sequence[sizing.Setup], unit: str, time: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in ("", "use", "EMADS_ASR", "needs"):
        table.add_column(heading, no_wrap=True)
    for heading in (unit, time):
        table.add_column(heading, no_wrap=True, justify="right")
    for number, setup in enumerate(setups):
        if setup.use == "edge":
            needs = f"{setup.machines} × {sizing.EDGE_CORES} cores, {setup.gb} GB"
        elif setup.use == "hosted":
            needs = f"{_count(setup.machines, 'account')}, no GPU"
        else:
            needs = f"{_count(setup.machines, 'GPU')} of {setup.gb} GB"
        recommended = number == 0
        table.add_row(
            "→" if recommended else "",
            setup.use,
            setup.asr,
            needs,
            str(setup.carries),
            _spell(setup.text_after_s),
            style="bold" if recommended else None,
        )
    return table


def _count(number: int, thing: str) -> str:
    plural = f"{thing}es" if thing.endswith("s") else f"{thing}s"
    return f"{number} {thing if number == 1 else plural}"


def _spell(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    if seconds < 60:
        return f"{seconds:.2g} s"
    return f"{seconds / 60:.0f} min" if seconds < 3600 else f"{seconds / 3600:.1f} h"
