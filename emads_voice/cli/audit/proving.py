"""``audit prove`` and ``audit key``: what a stranger needs to check an entry."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from emads_voice.cli.console import note, out, print_json
from emads_voice.cli.options import words
from emads_voice.error_text import reason_of

from .opened import conversation_of, opened


def prove(
    entry: Annotated[
        str,
        typer.Argument(metavar="ENTRY", help="A conversation and a number in it: call-7:3.", callback=words),
    ],
    output: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The proof's file. Without it it is printed.")
    ] = None,
    with_text: Annotated[
        bool, typer.Option("--with-text", help="Show whoever has the proof what was said, too.")
    ] = False,
) -> None:
    """Prove that an entry is in the ledger, to somebody who has the public key and nothing else."""
    from emads_voice.observability import AuditError
    from emads_voice.observability.ledger.proofs import prove as make

    with opened() as (ledger, _):
        call, colon, number = entry.rpartition(":")
        read = ledger.find(f"{conversation_of(ledger, call)}{colon}{number}")
        if read is None:
            raise AuditError(
                f"There is no entry {entry} in the ledger: name it as conversation:number, as audit show has them."
            )
        proof = make(ledger, read, with_text=with_text)
    if output is None:
        out.print(proof, end="")
        return
    try:
        output.write_text(proof, "utf-8", newline="")
    except OSError as error:
        raise AuditError(
            f"{output} cannot be written ({reason_of(error)}): name another with --out."
        ) from None
    note(f"{output} is checked with: emads-voice audit verify --proof {output} --public-key FILE")


def key(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Print the public key that checkpoints are checked with. Give it to whoever is to check them."""
    from emads_voice.assembly.records import signing_key
    from emads_voice.settings import load_settings

    public = str(signing_key(load_settings()).public)
    if as_json:
        print_json({"public_key": public})
    else:
        out.print(public)
