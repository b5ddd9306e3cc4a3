"""The ledger of the settings, opened for one command."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from emads_voice.cli.errors import UsageError
from emads_voice.error_text import reason_of

if TYPE_CHECKING:
    from emads_voice.observability.ledger import Ledger
    from emads_voice.observability.ledger.signed_note import PublicKey
    from emads_voice.settings import Settings


_SID = re.compile("CA[0-9a-f]{32}")


@contextmanager
def opened() -> Iterator[tuple[Ledger, Settings]]:
    """The ledger of the settings, closed at the end.

    Raises:
        DatabaseError: it cannot be opened.
    """
    from emads_voice.assembly.records import make_ledger
    from emads_voice.settings import load_settings

    settings = load_settings()
    ledger = make_ledger(settings)
    try:
        yield ledger, settings
    finally:
        ledger.close()


def conversation_of(ledger: Ledger, name: str) -> str:
    """The conversation that is meant: by its own name, or by the SID of its call, which is what logs and Twilio tell.

    Args:
        ledger: which it is in.
        name: what was given.

    Raises:
        DatabaseError: the ledger does not answer.
    """
    from emads_voice.channels.call import thread_of_call

    of_call = thread_of_call(name)
    return of_call if _SID.fullmatch(name) and ledger.has(of_call) else name


def public_keys(paths: Sequence[Path]) -> list[PublicKey]:
    """The keys in files, one a line.

    Raises:
        UsageError: one cannot be read, or is no key.
    """
    from emads_voice.observability.ledger.signed_note import NoteError, PublicKey

    keys = []
    for path in paths:
        try:
            keys += [PublicKey.read(line) for line in read_text(path).splitlines() if line.strip()]
        except NoteError as error:
            raise UsageError(f"{path} cannot be used, as {error}: give the file of a public key.") from None
    return keys


def read_text(path: Path) -> str:
    """What is in a file.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({reason_of(error)}): give another file.") from None
