"""The seam of who reads a transcript for minutes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from .forms import Findings
from .lines import Line


class Extractor(Protocol):
    """Finds the actions, decisions and appointments in a transcript."""

    @property
    def name(self) -> str:
        """As it stands in minutes: "embedded", or the chat model's."""

    async def extract(self, lines: Sequence[Line]) -> Findings:
        """What was found; each with words that stand in the transcript, and dates as they were said.

        Raises:
            ModelError: the chat model failed; the message says why.
        """
