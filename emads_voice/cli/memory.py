"""``emads-voice memory``: what people had kept of themselves, and forgetting it."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Annotated

import typer

from .console import json_errors, out, print_json, printable
from .errors import UsageError
from .options import words

memory = typer.Typer(
    no_args_is_help=True,
    help="What people had kept of themselves: list it, forget it.",
    pretty_exceptions_enable=False,
)

Person = Annotated[
    str, typer.Option("--person", help="A telephone number, or the name of a user.", callback=words)
]


@memory.command("list")
def list_facts(
    person: Person, as_json: Annotated[bool, typer.Option("--json", help="The result as JSON.")] = False
) -> None:
    """List what is kept of somebody, in their words."""
    from emads_voice.assembly.memory import facts_of
    from emads_voice.settings import load_settings

    with json_errors(as_json):
        facts = asyncio.run(facts_of(load_settings(), _named(person)))
    if as_json:
        print_json([asdict(fact) | {"at": fact.at.isoformat()} for fact in facts])
        return
    for fact in facts:
        out.print(printable(f"{fact.at:%Y-%m-%d %H:%M}  {fact.text}"))
    if not facts:
        out.print("Nothing is kept of them.")


@memory.command()
def forget(person: Person) -> None:
    """Forget what somebody had kept. It cannot be undone. What they said in calls is erased by audit erase, too."""
    from emads_voice.assembly.memory import forget_person
    from emads_voice.settings import load_settings

    told(asyncio.run(forget_person(load_settings(), _named(person))))


def told(forgotten: int) -> None:
    """Say what was forgotten."""
    if forgotten:
        out.print(f"Forgotten: {forgotten} {'fact' if forgotten == 1 else 'facts'} that they had kept.")
    else:
        out.print("There was nothing to forget.")


def _named(person: str) -> str:
    if not person.strip():
        raise UsageError("Say of whom: --person +84912345678.")
    return person
