"""What a conversation at this machine is heard through and spoken with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from emads_voice.channels.errors import DeviceError
from emads_voice.channels.local.line import RATE, LocalLine
from emads_voice.channels.local.nowhere import playing_nowhere
from emads_voice.channels.local.recordings import speaking
from emads_voice.channels.local.sound_card import (
    Device,
    devices,
    find_devices,
    listening,
    playing,
    rate_of,
)
from emads_voice.cli.console import warn
from emads_voice.voice.sound.audio import Audio


@dataclass(frozen=True, slots=True)
class Sound:
    """What was chosen.

    Attributes:
        microphone: None where recordings are said instead.
        loudspeaker: None where nobody hears the answers.
        recordings: what is said instead of listening to a microphone.
        heard_at: samples per second of the microphone.
        played_at: samples per second of the loudspeaker.
    """

    microphone: Device | None
    loudspeaker: Device | None
    recordings: Sequence[Audio] = ()
    heard_at: int = RATE
    played_at: int = RATE

    @asynccontextmanager
    async def open(
        self, line: LocalLine, *, idle: Callable[[], bool], begins: Callable[[], None]
    ) -> AsyncIterator[None]:
        """Let the line hear and be heard; ``idle`` and ``begins`` are as for :func:`speaking`.

        Raises:
            DeviceError: a device cannot be opened.
        """
        async with AsyncExitStack() as stack:
            if self.loudspeaker:
                stack.enter_context(playing(self.loudspeaker, self.played_at, line))
            else:
                await stack.enter_async_context(playing_nowhere(line))
            if self.microphone:
                stack.enter_context(listening(self.microphone, self.heard_at, line))
            else:
                await stack.enter_async_context(speaking(line, self.recordings, idle=idle, begins=begins))
            yield


def choose(wanted: Sequence[str], recordings: Sequence[Audio]) -> Sound:
    """The microphone, unless there are recordings, and the loudspeaker; with recordings it goes without one.

    Raises:
        DeviceError: there is no microphone or loudspeaker, or none of that name.
    """
    try:
        microphone, loudspeaker = find_devices(wanted, devices())
    except DeviceError as error:
        if wanted or not recordings:
            raise
        warn(f"The answers are not heard: {error}")
        return Sound(None, None, recordings)
    if recordings:
        microphone = None
        if not loudspeaker:
            warn("The answers are not heard: this machine has no loudspeaker.")
    elif not microphone:
        raise DeviceError("This machine has no microphone: plug one in, or say a recording with --file.")
    elif not loudspeaker:
        raise DeviceError("This machine has no loudspeaker: plug one in, or headphones.")
    return Sound(
        microphone,
        loudspeaker,
        recordings,
        rate_of(microphone, hears=True) if microphone else RATE,
        rate_of(loudspeaker, hears=False) if loudspeaker else RATE,
    )
