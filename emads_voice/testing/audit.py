"""An audit log for tests."""

from __future__ import annotations

from emads_voice.observability import AuditError, AuditEvent


class MemoryAuditLog:
    """An audit log that keeps records in lists.

    Attributes:
        events: all that was kept, in order.
        appended: of these what somebody waited for.
    """

    def __init__(self, error: str = "") -> None:
        """
        Args:
            error: nothing is kept, and appending fails with an ``AuditError`` that says this; "": it does not fail.
        """
        self.events: list[AuditEvent] = []
        self.appended: list[AuditEvent] = []
        self._error = error

    async def append(self, event: AuditEvent) -> None:
        if self._error:
            raise AuditError(self._error)
        self.appended.append(event)
        self.events.append(event)

    def note(self, event: AuditEvent) -> None:
        if not self._error:
            self.events.append(event)
