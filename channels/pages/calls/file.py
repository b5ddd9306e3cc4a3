"""A call as one file, to be sent to somebody or kept: ``emads-voice audit show CALL --html FILE``."""

from __future__ import annotations

from emads_voice.messages.formatting import Messages
from emads_voice.observability import now
from emads_voice.observability.ledger import Ledger

from .reading import one_call
from .rendering import call_document
from .waveform import Waveform


def call_file(
    ledger: Ledger, conversation: str, said: Messages, waveform: Waveform | None = None
) -> str | None:
    """The page of a call, with nothing beside it and no script in it; None if the ledger has no such call.

    Args:
        ledger: where it is.
        conversation: its thread.
        said: the words of the page, ``catalogue.calls("en")``.
        waveform: of the call's recording, if that is to be drawn too.

    Raises:
        DatabaseError: the database does not answer.
        AuditError: an entry is damaged.
    """
    call = one_call(ledger, conversation, now())
    return call_document(call, said, waveform) if call else None
