"""Keeps out of a recording the tones of secret keys, and all of the call once its caller has taken their yes back."""

from __future__ import annotations

import asyncio
import logging

from emads_voice.channels.background import Background
from emads_voice.channels.transport import PausingTransport, Transport

_log = logging.getLogger(__name__)

LATE_S = 5.0
"""After the last secret key, more may follow: one too many, one keyed slowly."""
MOVED_ON_S = 20.0
"""Who says something in place of the keys may key them all the same, when it was answered."""


class RecordingPause:
    """Of one call. What cannot be paused is said in the log: the tones are in the recording then, if there is one."""

    def __init__(self, background: Background, transport: Transport) -> None:
        self._background = background
        self._transport = transport
        self._wanted = self._paused = self._refused = False
        self._working = asyncio.Lock()

    def begin(self) -> None:
        """Secret keys are expected, or are being pressed."""
        self._background.cancel("recording")
        self._want(True)

    def end(self, after_s: float = LATE_S) -> None:
        """They are in, or will not come."""
        if self._wanted:
            self._background.after("recording", after_s, lambda: self._want(False))

    async def refuse(self, refused: bool) -> bool:
        """The caller has taken their consent back, or has given it again after all.

        Returns:
            Whether nothing is recorded from now on.
        """
        self._background.cancel("recording")
        self._refused = refused
        self._wanted = refused
        await self._follow()
        return refused and self._paused and isinstance(self._transport, PausingTransport)

    def _want(self, paused: bool) -> None:
        paused = paused or self._refused
        if self._wanted is not paused:
            self._wanted = paused
            self._background.start(self._follow())

    async def _follow(self) -> None:
        async with self._working:  # one request after the other
            if self._paused is self._wanted:
                return
            call = self._background.call
            if not isinstance(self._transport, PausingTransport):
                _log.warning(
                    "call %s: this line cannot pause a recording: secret keys may be heard in it", call
                )
                self._paused = self._wanted
                return
            try:
                await self._transport.pause_recording(self._wanted)
                self._paused = self._wanted
            except Exception as error:  # a RecordingError, or a bug in the line
                what = (
                    "secret keys may be heard in it" if self._wanted else "the rest of the call is not in it"
                )
                _log.warning("call %s: %s; %s", call, str(error) or type(error).__name__, what)
