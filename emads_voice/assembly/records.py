"""The ledger of a deployment, where its settings say."""

from __future__ import annotations

from threading import Lock
from weakref import WeakValueDictionary

from emads_voice.observability.ledger import Ledger, open_ledger
from emads_voice.settings import Settings

_made: WeakValueDictionary[tuple[str, str], Ledger] = WeakValueDictionary()
_making = Lock()


def make_ledger(settings: Settings) -> Ledger:
    """The ledger: one for all parts of a deployment in this process. Nothing is opened before its first use."""
    where = settings.postgres.get_secret_value() if settings.postgres else ""
    named = (str(settings.data_dir.absolute()), where)
    with _making:
        ledger = _made.get(named)
        if ledger is None:
            ledger = open_ledger(settings.data_dir, postgres=settings.postgres, keys=settings.ledger_keys)
            _made[named] = ledger
        return ledger
