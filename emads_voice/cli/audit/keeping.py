"""``audit checkpoint``, ``erase``, ``prune`` and ``import``: what is done to the ledger by hand."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from emads_voice.cli.console import out
from emads_voice.cli.errors import UsageError
from emads_voice.cli.options import words

from .opened import conversation_of, opened


def checkpoint() -> None:
    """Sign all entries so far, and publish that. A server does so every minute."""
    from emads_voice.assembly.records import checkpoint_place, signing_key
    from emads_voice.observability.ledger.checkpoints import make_checkpoint

    with opened() as (ledger, settings):
        place = checkpoint_place(settings)
        made = make_checkpoint(ledger, signing_key(settings), place)
    if made is None:
        out.print("The ledger has no entries yet.")
    else:
        out.print(f"{made.size} entries are covered; the checkpoint is in {place.name}.")


def erase(
    person: Annotated[
        str,
        typer.Option(
            "--person", help="A telephone number, the name of a user, or a conversation.", callback=words
        ),
    ],
) -> None:
    """Erase what a person said and was told, and forget what they had kept. It cannot be undone; the entries stay."""
    from emads_voice.assembly.memory import forget_person
    from emads_voice.cli.memory import told
    from emads_voice.observability.ledger.erasing import erase_person

    if not person.strip():
        raise UsageError("Say who is to be erased: --person +84912345678.")
    with opened() as (ledger, settings):
        if forgotten := asyncio.run(forget_person(settings, person)):
            told(forgotten)
        _told(erase_person(ledger, conversation_of(ledger, person)))


def prune(
    days: Annotated[
        int | None,
        typer.Option("--older-than", help="Days. By default EMADS_RETENTION_DAYS.", min=1, max=100_000),
    ] = None,
) -> None:
    """Erase what was said in conversations that ended longer ago. It cannot be undone; the entries stay."""
    from emads_voice.assembly.records import erase_older

    with opened() as (ledger, settings):
        wanted = days or settings.retention_days
        if wanted is None:
            raise UsageError(
                "Say how long conversations are kept: --older-than DAYS, or EMADS_RETENTION_DAYS."
            )
        _told(erase_older(ledger, timedelta(days=wanted)))


def import_file(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The audit.jsonl of an older release.")],
) -> None:
    """Take over the records of older releases. A file may be imported twice; its records are there once."""
    from emads_voice.observability.ledger.importing import import_lines

    with opened() as (ledger, _):
        out.print(f"{import_lines(ledger, path)} records were imported from {path}.")


def _told(conversations: list[str]) -> None:
    if not conversations:
        out.print("There was nothing to erase.")
        return
    many = "conversation" if len(conversations) == 1 else "conversations"
    out.print(f"What was said in {len(conversations)} {many} is erased.")
