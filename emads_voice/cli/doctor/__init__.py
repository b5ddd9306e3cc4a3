"""``emads-voice doctor``: what is here, what is missing, and the line that would mend it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.text import Text

from emads_voice.cli.console import json_errors, out, print_json, print_row, progress
from emads_voice.cli.exit_status import DEGRADED

from . import installed
from .finding import Bench, Finding, status
from .settings import show_settings
from .size import show_size


def doctor(
    size: Annotated[
        str | None,
        typer.Option(
            metavar="LOAD",
            help="Say instead what a load needs: calls=50 at once, hours=200 of recordings a night, or both"
            " with a comma.",
        ),
    ] = None,
    settings: Annotated[
        bool, typer.Option("--settings", help="List instead every setting, its value and who set it.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Look at what is installed, found and set, try it, and say what would mend the rest.

    A sentence is said and recognised and a question asked, of the servers the settings name too.

    Exit status: 1 if `ask` would fail with the settings as they are, or `serve` if a variable of the telephone is
    set; 3 if another model or voice would take a failed one's place; else 0.
    """
    with json_errors(as_json):
        if size is not None:
            show_size(size, as_json)
            return
        if settings:
            show_settings(as_json)
            return
        with progress("Looking…") as warned:
            findings = asyncio.run(examine(warned))
    came_to = status(findings)
    if as_json:
        print_json({"ok": came_to == 0, "findings": [asdict(finding) for finding in findings]})
    else:
        _show(findings, came_to)
    raise typer.Exit(came_to)


async def examine(warned: Sequence[str]) -> list[Finding]:
    """Everything looked at, in the order a person would want to read it: what matters most comes last.

    Args:
        warned: what the library warns of meanwhile; it grows.
    """
    from emads_voice.known_settings import unread, wrong
    from emads_voice.settings import SettingsError, load_settings

    from . import data, phone, turn

    findings = [*installed.distribution(), *installed.extras()]
    bench = Bench("in use", warned)
    try:
        settings = load_settings()
    except SettingsError:
        bench.put("settings", False, "cannot be used", " ".join(wrong()))
        return findings + bench.findings
    findings += installed.weights(settings.models_dir)
    findings += installed.keys(
        {
            "EMADS_MODEL_KEY": settings.model_key is not None,
            "EMADS_ASR_KEY": settings.asr_key is not None,
            "EMADS_TTS_KEY": settings.tts_key is not None,
        }
    )
    for sentence in unread():
        bench.put("settings", None, "not read", sentence)
    await turn.examine(bench, settings)
    await data.examine(bench, settings)
    answering = Bench("telephone", warned)
    await phone.examine(answering, settings)
    return findings + bench.findings + answering.findings


def _show(findings: Sequence[Finding], came_to: int) -> None:
    width = max(len(finding.name) for finding in findings)
    part = ""
    for finding in findings:
        if finding.part != part:
            part = finding.part
            out.print(Text(part, "bold"))
        mark = {True: ("✓", "green"), False: ("✗", "red"), None: ("·", "dim")}[finding.ok]
        if finding.degrades:
            mark = ("!", "yellow")
        print_row(Text.assemble("  ", mark, f" {finding.name:<{width}}"), finding.found)
        if finding.remedy:
            print_row(Text(" " * (width + 2) + " →", "yellow"), finding.remedy)
    out.print(
        Text("Ready.", "green")
        if came_to == 0
        else Text("Ready, but another takes the place of what is marked !.", "yellow")
        if came_to == DEGRADED
        else Text("Not ready: mend what is marked ✗.", "red")
    )
