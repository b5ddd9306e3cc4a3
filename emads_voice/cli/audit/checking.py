"""``audit verify``: whether the ledger, or a proof of an entry, is what was signed."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from emads_voice.cli.console import complain, json_errors, note, out, print_json, printable, warn
from emads_voice.cli.errors import UsageError
from emads_voice.cli.exit_status import FAILED

from .opened import opened, public_keys, read_text

if TYPE_CHECKING:
    from emads_voice.observability.ledger.checkpoints import Place
    from emads_voice.observability.ledger.proofs import Proven
    from emads_voice.observability.ledger.signed_note import PublicKey
    from emads_voice.observability.ledger.verifying import Report


def verify(
    checkpoints: Annotated[
        list[Path],
        typer.Option(
            "--checkpoint",
            metavar="FILE",
            help="A checkpoint that was kept elsewhere, or a folder of them, besides those published.",
        ),
    ] = [],  # noqa: B006 - Typer copies it
    keys: Annotated[
        list[Path],
        typer.Option(
            "--public-key",
            metavar="FILE",
            help="What they were signed with. By default this ledger's own key.",
        ),
    ] = [],  # noqa: B006
    witnesses: Annotated[
        list[Path],
        typer.Option(
            "--witness", metavar="FILE", help="The key of a witness who has to have cosigned each of them."
        ),
    ] = [],  # noqa: B006
    proof: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Check a proof of one entry, which takes its public key and no ledger."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The result as JSON.")] = False,
) -> None:
    """See that nothing in the ledger was edited, deleted, reordered, inserted, cut off or made anew.

    Exit status: 0 it is whole, 1 it is not.
    """
    with json_errors(as_json):
        trusted, cosigned = public_keys(keys), public_keys(witnesses)
        if proof:
            if not trusted:
                raise UsageError("A proof is checked with a public key: give it with --public-key FILE.")
            _check_proof(proof, trusted, cosigned, as_json)
            return
        report = _verify(checkpoints, trusted, cosigned)
        if as_json:
            print_json({"whole": not report.faults, **asdict(report)})
        else:
            _tell(report)
    if report.faults:
        raise typer.Exit(FAILED)


def _verify(checkpoints: list[Path], trusted: list[PublicKey], witnesses: list[PublicKey]) -> Report:
    from emads_voice.assembly.records import checkpoint_place, signing_key
    from emads_voice.observability.ledger.checkpoints import Folder
    from emads_voice.observability.ledger.verifying import verify as look

    with opened() as (ledger, settings):
        published = _all_in(checkpoint_place(settings))
        for path in checkpoints:
            # Absolute: none of them is taken for the file of the last one.
            kept = _all_in(Folder(path)) if path.is_dir() else [("", read_text(path))]
            published += [(str(path.absolute() / name), note) for name, note in kept]
        return look(ledger.database, published, trusted or [signing_key(settings).public], witnesses)


def _all_in(place: Place) -> list[tuple[str, str]]:
    from emads_voice.error_text import reason_of
    from emads_voice.observability import AuditError

    try:
        return place.all()
    except OSError as error:
        raise AuditError(
            f"The checkpoints in {place.name} cannot be read ({reason_of(error)}): let this user read them."
        ) from None


def _tell(report: Report) -> None:
    for fault in report.faults:
        complain(fault.what)
    counted = (
        f"{report.entries} entries of {report.conversations} conversations, {report.signed} of them covered by"
        f" {report.checkpoints} checkpoints"
    )
    if report.faults:
        out.print(f"The ledger is not as it was written: {len(report.faults)} faults in {counted}.")
        return
    out.print(f"The ledger is whole: {counted}.")
    if report.backdated:
        warn(
            f"{len(report.backdated)} entries are dated before earlier ones of their conversation, as"
            f" {report.backdated[0]} is: they were imported or put in, or a clock was wrong."
        )
    if report.signed < report.entries:
        warn(
            f"{report.entries - report.signed} entries are not covered yet: emads-voice audit checkpoint does so."
        )
    if report.gaps:
        warn(
            f"{report.gaps} entries say that records before them were lost: emads-voice audit show tells which."
        )
    if report.erased:
        note(f"{report.erased} keys of people were erased, as entries say.")


def _check_proof(path: Path, trusted: list[PublicKey], witnesses: list[PublicKey], as_json: bool) -> None:
    from emads_voice.observability import AuditError
    from emads_voice.observability.ledger.proofs import ProofError, check_proof

    try:
        proven = check_proof(read_text(path), trusted, witnesses)
    except ProofError as error:
        raise AuditError(f"{path} proves nothing, as {error}: ask for another.") from None
    told = _proven(proven)
    if as_json:
        print_json(told)
        return
    record = proven.record
    out.print(
        printable(
            f"Proven: entry {record.conversation}:{record.sequence} ({record.kind}, {record.at}) is in the ledger"
            f" {proven.checkpoint.origin}, number {proven.index + 1} of {proven.checkpoint.size}."
        )
    )
    if proven.hidden:
        out.print(printable(f"It says: {proven.hidden.text}"))


def _proven(proven: Proven) -> dict[str, Any]:
    record = proven.record
    hidden = proven.hidden
    return {
        "proven": True,
        "conversation": record.conversation,
        "sequence": record.sequence,
        "kind": record.kind,
        "at": record.at,
        "details": record.details,
        **({"text": hidden.text, "played": hidden.played} if hidden else {}),
        "index": proven.index,
        "size": proven.checkpoint.size,
        "origin": proven.checkpoint.origin,
    }
