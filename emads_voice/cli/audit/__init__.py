"""``emads-voice audit``: what is in the ledger, whether it is whole, and proof of it."""

from __future__ import annotations

import typer

from .checking import verify
from .keeping import checkpoint, erase, import_file, prune
from .proving import key, prove
from .reading import export, show

audit = typer.Typer(
    no_args_is_help=True,
    help="The audit ledger: read it, see that nobody has changed it, prove what is in it, erase people.",
    pretty_exceptions_enable=False,
)
for command in (verify, show, export, prove, key, checkpoint, erase, prune):
    audit.command()(command)
audit.command("import")(import_file)

__all__ = ["audit"]
