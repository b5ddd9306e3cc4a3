"""``audit show`` and ``audit export``: what is in the ledger."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from emads_voice.cli.console import json_errors, out, print_json, print_row, printable, readable
from emads_voice.cli.errors import UsageError
from emads_voice.cli.options import words
from emads_voice.error_text import reason_of

from .opened import conversation_of, opened

if TYPE_CHECKING:
    from emads_voice.observability.ledger import Ledger, Read


class Format(StrEnum):
    """How entries are exported."""

    JSONL = "jsonl"
    CSV = "csv"
    OTLP = "otlp"


FIELDS = (
    "conversation", "sequence", "kind", "at", "turn", "text", "played", "language", "model", "audio_sha256",
    "duration_s", "trace_id", "id", "details", "erased", "position", "hash",
)  # fmt: skip


def show(
    call: Annotated[
        str,
        typer.Argument(metavar="[CALL]", help="A conversation; without it they are listed.", callback=words),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="A line of JSON an entry.")] = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it as a page that needs nothing beside it.")
    ] = None,
    recording: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="With --html: the call's recording with two channels, to be drawn."
        ),
    ] = None,
) -> None:
    """Show what happened in a conversation."""
    from emads_voice.observability import AuditError

    if html and (as_json or not call):
        raise UsageError("--html writes one conversation: name it, and leave --json out.")
    if recording and not html:
        raise UsageError("--recording is drawn on a page: name its file with --html.")
    with json_errors(as_json), opened() as (ledger, _):
        if not call:
            _list(ledger, as_json)
            return
        call = conversation_of(ledger, call)
        entries = ledger.read(call)
        if not entries:
            raise AuditError(
                f"There is no conversation {call} in the ledger: see emads-voice audit show for those there are."
            )
        if html:
            _write_page(ledger, call, html, recording)
            return
        for read in entries:
            if as_json:
                print_json(as_dict(read))
            else:
                _tell(read)


def _list(ledger: Ledger, as_json: bool) -> None:
    for each in ledger.overview():
        if as_json:
            began = each.began.isoformat() if each.began else None
            print_json({"conversation": each.conversation, "began": began, "entries": each.entries})
        else:
            began = f"{each.began:%Y-%m-%d %H:%M:%S}" if each.began else "damaged".ljust(19)
            out.print(printable(f"{each.conversation}  {began}  {each.entries} entries"))


def _write_page(ledger: Ledger, call: str, path: Path, recording: Path | None) -> None:
    from emads_voice.channels.pages.calls import call_file, read_waveform
    from emads_voice.messages import shipped
    from emads_voice.observability import AuditError

    waveform = read_waveform(recording) if recording else None
    page = call_file(ledger, call, shipped().english, waveform) or ""
    try:
        # For its owner only: it says what people said.
        with open(
            path, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)
        ) as file:
            file.write(page)
    except OSError as error:
        raise AuditError(
            f"{path} cannot be written ({reason_of(error)}): name another file with --html."
        ) from None


def export(
    format: Annotated[
        Format, typer.Option(help="jsonl, csv, or otlp: to the collector of the OTEL_* variables.")
    ],
    call: Annotated[
        str, typer.Option("--call", help="Only this conversation; for jsonl and csv.", callback=words)
    ] = "",
) -> None:
    """Print all entries, or send those that were not sent yet to a collector."""
    with opened() as (ledger, _):
        if format is Format.OTLP:
            _send(ledger)
            return
        entries = ledger.read(conversation_of(ledger, call)) if call else ledger.read_all()
        if format is Format.JSONL:
            for read in entries:
                print_json(as_dict(read))
        else:
            _write_csv(entries)


def as_dict(read: Read) -> dict[str, Any]:
    """An entry as JSON has it."""
    event, entry = read.event, read.entry
    told = {
        **event.model_dump(mode="json", exclude={"person", "thread_id"}),
        "conversation": entry.conversation,
        "sequence": entry.sequence,
        "erased": read.erased,
        "position": entry.position,
        "hash": entry.hash.hex(),
    }
    return {name: told[name] for name in FIELDS}


def _write_csv(entries: Iterable[Read]) -> None:
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(FIELDS)
    for read in entries:
        table.writerow(_cell(value) for value in as_dict(read).values())
    sys.stdout.flush()


def _cell(value: Any) -> Any:
    if isinstance(value, dict):
        return " ".join(f"{name}={each}" for name, each in value.items())
    if isinstance(value, str):
        # What begins so is a formula to a spreadsheet, and callers say what they like.
        return readable(f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value)
    return "" if value is None else value


def _send(ledger: Ledger) -> None:
    from emads_voice.observability.exporting import TracingError, log_exporter
    from emads_voice.observability.ledger.outbox import export_entries

    exporter = log_exporter()
    if exporter is None:
        raise TracingError("No collector is named: set OTEL_EXPORTER_OTLP_ENDPOINT.")
    out.print(f"{export_entries(ledger, exporter)} entries were exported.")


def _tell(read: Read) -> None:
    event = read.event
    label = Text(f"{read.entry.sequence:>4}  {event.at:%Y-%m-%d %H:%M:%S}  {event.kind:<17}", "dim")
    spoken = "[erased]" if read.erased and event.kind != "erased" else event.text
    if event.played and event.played != event.text:
        spoken = f"{spoken} (played: {event.played})"
    aside = ", ".join(
        f"{name} {value}" for name, value in event.details.items() if value not in (None, "", False)
    )
    print_row(label, spoken, aside)
