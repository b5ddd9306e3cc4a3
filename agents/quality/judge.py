"""The seam of who reads a call for what a scorecard speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from emads_voice.agents.minutes.lines import Line

from .forms import Claim
from .scorecard import Scorecard


class Judge(Protocol):
    """Finds the words of a call that a scorecard speaks of. What they come to is computed in :mod:`.verdicts`."""

    @property
    def name(self) -> str:
        """As it stands in results: "embedded", or the chat model's."""

    async def find(self, scorecard: Scorecard, lines: Sequence[Line]) -> list[Claim]:
        """What was found, whoever says it; nothing of it has to have been checked yet.

        Args:
            scorecard: what to look for.
            lines: of the call, in order.

        Raises:
            ModelError: a model failed; the message says why.
        """
