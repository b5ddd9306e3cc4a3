"""An audit log for tests."""

from __future__ import annotations

from emads_voice.observability import AuditError, AuditEvent


class MemoryAuditLog:
    """An audit log that keeps records in a list.

    Attributes:
        events: what was appended and noted, in that order.
        error: what appending fails with; None: it does not. What is noted meanwhile is lost.
    """

    def __init__(self, error: str = "") -> None:
        """
        Args:
            error: appending fails, with an ``AuditError`` that says this; "" for never.
        """
        self.events: list[AuditEvent] = []
        self.error = AuditError(error) if error else None

    async def append(self, event: AuditEvent) -> None:
        if self.error:
            raise self.error
        self.events.append(event)

    def note(self, event: AuditEvent) -> None:
        if not self.error:
            self.events.append(event)

    def kept(self, *kinds: str) -> list[AuditEvent]:
        """The events of these kinds, in order."""
        return [event for event in self.events if event.kind in kinds]
