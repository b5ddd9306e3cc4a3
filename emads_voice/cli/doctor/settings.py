"""``emads-voice doctor --settings``: every setting, its value, and who set it."""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby

import typer
from rich.text import Text

from emads_voice.cli.console import complain, out, print_json, print_row
from emads_voice.cli.exit_status import FAILED


def show_settings(as_json: bool) -> None:
    """Print them, whether or not they can be used; secrets are "set" or not.

    Raises:
        typer.Exit: with 1, if one cannot be used.
        VariableError: the file ``.env`` cannot be read.
    """
    from emads_voice.known_settings import shown, wrong

    rows = list(shown())
    if as_json:
        print_json([asdict(row) for row in rows])
    else:
        width = max(len(row.name) for row in rows)
        for used, group in groupby(rows, key=lambda row: row.used):
            out.print(Text(used, "bold"))
            for row in group:
                print_row(Text(f"  {row.name:<{width}}"), row.value or "–", f"({row.source})")
    sentences = wrong()
    for sentence in sentences:
        complain(sentence)
    if sentences:
        raise typer.Exit(FAILED)
