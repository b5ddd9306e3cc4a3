"""``decisions approver``: who may decide."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from emads_voice.cli.console import json_errors, note, out, print_json, print_row, printable
from emads_voice.cli.errors import UsageError
from emads_voice.cli.options import words

from .opened import opened

approver = typer.Typer(
    no_args_is_help=True, help="Who may decide: add, remove and list them.", pretty_exceptions_enable=False
)

Name = Annotated[str, typer.Argument(help="As records call them: one word.", callback=words)]


@approver.command()
def add(
    name: Name,
    number: Annotated[
        str,
        typer.Option(
            help="What they telephone from, +84912345678; their PIN is asked for, or read from standard input.",
            callback=words,
        ),
    ] = "",
    roles: Annotated[
        list[str], typer.Option("--role", metavar="ROLE", help="What they are: cto. Several times for more.")
    ] = [],  # noqa: B006 - Typer copies it
    as_json: Annotated[bool, typer.Option("--json", help="JSON.")] = False,
) -> None:
    """Let somebody decide, or give them another number, PIN and token. Their token is printed this once."""
    with json_errors(as_json):
        pin = _asked_pin() if number else ""
        with opened() as decisions:
            token = decisions.approvers.add(name, number=number, pin=pin, roles=roles)
    if as_json:
        print_json({"name": name, "token": token})
        return
    out.print(token)
    note(f"This is the token of {name}, for the HTTP API. It is kept nowhere: hand it over now.")


@approver.command()
def remove(name: Name) -> None:
    """Let somebody decide no more. What they have decided stays."""
    with opened() as decisions:
        decisions.approvers.remove(name)
    out.print(printable(f"{name} decides no more."))


@approver.command("list")
def list_approvers(
    as_json: Annotated[bool, typer.Option("--json", help="A line of JSON an approver.")] = False,
) -> None:
    """List who may decide."""
    from rich.text import Text

    with json_errors(as_json), opened() as decisions:
        for each in decisions.approvers.all():
            if as_json:
                print_json(
                    {
                        "name": each.name,
                        "roles": list(each.roles),
                        "telephones": each.telephones,
                        "locked": each.locked,
                    }
                )
                continue
            telephone = "by telephone, too" if each.telephones else "not by telephone"
            locked = "; locked out there after wrong PINs" if each.locked else ""
            print_row(Text(f"{each.name:<16}"), ", ".join(each.roles), f"({telephone}{locked})")


def _asked_pin() -> str:
    """The PIN, typed twice without being shown; from a pipe, its first line. It is no argument: those are seen by all.

    Raises:
        UsageError: none came, or not the same twice.
    """
    if sys.stdin is None or sys.stdin.closed:
        raise UsageError("There is no standard input for the PIN: type it, or send it as one line.")
    if not sys.stdin.isatty():
        if pin := sys.stdin.readline().strip():
            return pin
        raise UsageError("No PIN came by standard input: send it as one line.")
    from getpass import getpass

    pin = getpass("PIN: ").strip()
    if pin != getpass("PIN, again: ").strip():
        raise UsageError("That was not the same PIN twice: try again.")
    return pin
