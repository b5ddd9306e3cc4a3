"""What is seen of a conversation in the terminal: the transcript, and below it a line that says how things are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rich.text import Text

from emads_voice.channels.live_events import LiveEvent
from emads_voice.channels.local.line import LocalLine
from emads_voice.cli.console import err, warnings_shown

from .status_line import StatusLine, meter
from .transcript import Transcript

DRAWN_EVERY_S = 0.1

_STYLES = {"listening": "green", "you speak": "bold green", "thinking": "yellow", "speaking": "cyan"}


class Screen:
    """Of one conversation."""

    def __init__(self, transcript: Transcript) -> None:
        """Take what writes the transcript."""
        self._transcript = transcript
        self._line: LocalLine | None = None
        self._keys = False
        self._status = StatusLine(err, self._text)

    def tell(self, event: LiveEvent) -> None:
        """Something happened in the conversation."""
        with self._status.above():
            self._transcript.tell(event)

    @asynccontextmanager
    async def shown(self, line: LocalLine, *, keys: bool) -> AsyncIterator[None]:
        """Draw how things are on a line, all the while; ``keys`` says whether there are any to be pressed."""
        self._line, self._keys = line, keys
        with warnings_shown(self._status.above):
            drawing = asyncio.create_task(self._draw_often())
            try:
                yield
            finally:
                drawing.cancel()
                self._status.close()

    async def _draw_often(self) -> None:
        while True:
            self._status.draw()
            await asyncio.sleep(DRAWN_EVERY_S)

    def _text(self) -> Text:
        line, state = self._line, self._transcript.state
        assert line, "it is drawn while it is shown"
        microphone = ("muted", "red") if line.muted else (f"you {meter(line.level)}", "green")
        hints = (
            f"   m {'speaks again' if line.muted else 'mutes'} · q ends" if self._keys else "   Ctrl-C ends"
        )
        return Text.assemble(
            (f"● {state:<9}", _STYLES.get(state, "")),
            "  ",
            microphone,
            "  ",
            (f"it {meter(line.loudness)}", "cyan"),
            (hints, "dim"),
        )
