"""The messages of one session, as its client knows them. The conversation itself is kept by the graph."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Literal
from uuid import uuid4

MAX_ITEMS = 500
"""Items that can be asked for; older ones are forgotten here, and nowhere else."""


@dataclass(slots=True)
class Item:
    """A message.

    Attributes:
        id: names it.
        role: who said it.
        kind: how.
        text: what was said; None where that is not known (yet).
        status: as the protocol has it.
        previous: the id of the item before it; None where it is the first.
        starts: where its sound begins, in samples of the line, of ours.
        samples: how much sound was sent of it.
        reached: where it was cut, in samples of the line: no more of it can have been played; None where it was not.
    """

    id: str
    role: Literal["user", "assistant"]
    kind: Literal["input_audio", "input_text", "output_audio"]
    text: str | None = None
    status: Literal["in_progress", "completed", "incomplete"] = "in_progress"
    previous: str | None = None
    starts: int = 0
    samples: int = 0
    reached: int | None = None

    @property
    def shown(self) -> dict[str, Any]:
        """It as events show it."""
        content: dict[str, Any] = {"type": self.kind}
        if self.kind == "input_text":
            content["text"] = self.text or ""
        else:
            content["transcript"] = self.text
        empty = self.role == "assistant" and not self.text
        return {
            "id": self.id,
            "object": "realtime.item",
            "type": "message",
            "status": self.status,
            "role": self.role,
            "content": [] if empty else [content],
        }


class Items:
    """The messages of one session, in order.

    Attributes:
        last: the id of the last; None if there is none.
    """

    def __init__(self) -> None:
        self._items: OrderedDict[str, Item] = OrderedDict()
        self.last: str | None = None

    @staticmethod
    def new_id() -> str:
        """An id that no other item has."""
        return f"item_{uuid4().hex[:20]}"

    def add(self, item: Item) -> Item:
        """Append a message."""
        item.previous, self.last = self.last, item.id
        self._items[item.id] = item
        while len(self._items) > MAX_ITEMS:
            self._items.popitem(last=False)
        return item

    def get(self, item_id: str) -> Item | None:
        """A message by its id; None if there is none, or not any more."""
        return self._items.get(item_id)
