"""The ledger of a deployment, where its settings say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Lock
from weakref import WeakValueDictionary

from emads_voice.observability.exporting import log_exporter
from emads_voice.observability.ledger import Ledger, open_ledger
from emads_voice.observability.ledger.checkpoints import Folder, Place, make_checkpoint
from emads_voice.observability.ledger.erasing import erase_before
from emads_voice.observability.ledger.outbox import export_entries
from emads_voice.observability.ledger.repeating import Repeated
from emads_voice.observability.ledger.signed_note import SigningKey
from emads_voice.settings import Settings

CHECKPOINT_S = 60.0
"""Between two checkpoints of a server: what may be cut off the ledger's end unseen."""
EXPORT_S = 5.0
LAST_EXPORT_S = 3.0
"""How long the end of a server waits for its collector. What is not exported then is exported after the next start."""
_RETENTION_S = 3600.0

_made: WeakValueDictionary[tuple[str, str], Ledger] = WeakValueDictionary()
_making = Lock()


def make_ledger(settings: Settings) -> Ledger:
    """The ledger: one for all parts of a deployment in this process. Nothing is opened before its first use."""
    where = settings.postgres.get_secret_value() if settings.postgres else ""
    named = (str(settings.data_dir.absolute()), where)
    with _making:
        ledger = _made.get(named)
        if ledger is None:
            ledger = open_ledger(settings.data_dir, postgres=settings.postgres, keys=settings.keys_dir)
            _made[named] = ledger
        return ledger


def signing_key(settings: Settings) -> SigningKey:
    """What checkpoints of the ledger are signed with; made at the first use.

    Raises:
        AuditError: it can be neither read nor made.
    """
    return SigningKey.load(settings.keys_dir / "signing.key")


def checkpoint_place(settings: Settings) -> Place:
    """Where checkpoints of the ledger are published."""
    return Folder(settings.checkpoints_dir)


@contextmanager
def keeping_records(settings: Settings) -> Iterator[Ledger]:
    """What a server does about its ledger while it runs: checkpoints, the outbox, retention. It blocks.

    Raises:
        DatabaseError: the ledger cannot be opened.
        AuditError: its keys cannot be read or made.
        TracingError: an exporter of log records is named that is not there.
    """
    ledger = make_ledger(settings)
    ledger.database  # noqa: B018 - the first caller need not wait for it
    checkpoint = partial(make_checkpoint, ledger, signing_key(settings), checkpoint_place(settings))
    work = [Repeated("Making a checkpoint of the ledger", CHECKPOINT_S, checkpoint)]
    if exporter := log_exporter():
        export = partial(export_entries, ledger, exporter)
        work.append(Repeated("Exporting the ledger", EXPORT_S, export, last_within_s=LAST_EXPORT_S))
    if days := settings.retention_days:
        work.append(
            Repeated("Erasing old records", _RETENTION_S, partial(erase_older, ledger, timedelta(days=days)))
        )
    with ExitStack() as stack:
        stack.callback(ledger.close)
        for each in reversed(work):
            each.start()
            stack.callback(each.stop)
        stack.callback(ledger.flush)
        yield ledger


def erase_older(ledger: Ledger, than: timedelta) -> list[str]:
    """Erase what was said in conversations that ended longer ago; see :func:`erase_before`."""
    return erase_before(ledger, datetime.now(UTC) - than)
