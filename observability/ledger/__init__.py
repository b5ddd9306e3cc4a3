"""The audit ledger: what happened in every conversation, so kept that nobody bends it unseen.

Each entry names the hash of the one before it in its conversation (:mod:`.records`), and is on disk before whoever
waits for it goes on (:mod:`.writer`). All of them are the leaves of one Merkle tree (:mod:`.merkle`), whose root is
signed from time to time and put elsewhere (:mod:`.checkpoints`). What people say is sealed with a key for each person
and conversation (:mod:`.sealing`), and is erased by removing that.

Who writes something of their own in the same database records it in the same transaction::

    with ledger.database.writing() as connection:
        ...
        ledger.append_in(connection, AuditEvent(kind="reviewed", at=now(), thread_id=thread, details={...}))
"""

from .ledger import Ledger, Read
from .opening import open_ledger
from .persons import Persons
from .records import Entry

__all__ = ["Entry", "Ledger", "Persons", "Read", "open_ledger"]
