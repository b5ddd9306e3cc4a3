"""An utterance that is longer than a recogniser is given at once: its parts are recognised while the next are said."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from emads_voice.tasks import Tasks
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.streaming import RecognitionStream

MOST_PARTS = 5
"""Who has not stopped after so many is answered all the same."""

BREATH_FROM = 0.9
"""From this share of the longest part on, the next breath ends it: no word is cut in two."""


class EarlierParts:
    """The parts of one utterance before the one that is being said."""

    def __init__(self, closing: Tasks) -> None:
        """``closing`` closes the streams."""
        self._closing = closing
        self._parts: list[asyncio.Task[Transcript]] = []

    def __len__(self) -> int:
        return len(self._parts)

    def begin(self) -> None:
        """A new utterance begins; what is left of the last one is not wanted any more."""
        for part in self._parts:
            part.cancel()
        self._parts.clear()

    def add(
        self,
        stream: RecognitionStream,
        recognise: Callable[[RecognitionStream], Awaitable[Transcript]],
        on_text: Callable[[str], None],
    ) -> None:
        """A part is over: have it recognised, and tell what it says."""

        async def hear() -> Transcript:
            try:
                return await recognise(stream)
            finally:
                self._closing.start(stream.close())

        def told(task: asyncio.Task[Transcript]) -> None:
            if not task.cancelled() and not task.exception():
                on_text(task.result().text)

        part = asyncio.create_task(hear())
        part.add_done_callback(told)
        self._parts.append(part)

    async def joined(self, last: Transcript | None) -> Transcript:
        """All of the utterance.

        Args:
            last: its last part; None where nothing was said since the one before.

        Raises:
            RecognitionError: a part could not be recognised.
        """
        parts = [*[await asyncio.shield(part) for part in self._parts], *([last] if last else [])]
        if len(parts) == 1:
            return parts[0]
        return replace(
            parts[-1],
            text=" ".join(part.text for part in parts if part.text),
            language=next((part.language for part in reversed(parts) if part.language), None),
            duration_s=sum(part.duration_s for part in parts),
            segments=(),
            words=(),
        )
