"""Microphones and loudspeakers, by PortAudio (the extra ``mic``)."""

from __future__ import annotations

import asyncio
import ctypes
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emads_voice.channels.errors import DeviceError
from emads_voice.error_text import first_line
from emads_voice.installation import install_hint

from .line import RATE, LocalLine

Block = NDArray[np.float32]
"""Sound as PortAudio has it, shape ``(n, 1)``."""

BLOCK_S = 0.02
LATENCY_S = 0.05
"""What is asked of the sound card: less breaks up on PulseAudio, more is heard."""

LOST_S = 3.0
"""A microphone that has sent nothing for so long is gone, as one that is silent sends silence; and a loudspeaker that
has taken nothing."""


_ALSA_HANDLER = ctypes.CFUNCTYPE(
    None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p
)


@dataclass(frozen=True, slots=True)
class Device:
    """A device of this machine.

    Attributes:
        number: PortAudio's.
        name: what the system calls it.
        hears: whether it is a microphone.
        plays: whether it is a loudspeaker.
        usual_microphone: whether it is the one the system would take.
        usual_loudspeaker: likewise.
        rate: samples per second it works at.
    """

    number: int
    name: str
    hears: bool
    plays: bool
    usual_microphone: bool
    usual_loudspeaker: bool
    rate: int


def devices() -> list[Device]:
    """The devices of this machine.

    Raises:
        DeviceError: PortAudio is not installed.
    """
    sounddevice = _sounddevice()
    usual_in, usual_out = sounddevice.default.device
    return [
        Device(
            number=each["index"],
            name=each["name"],
            hears=each["max_input_channels"] > 0,
            plays=each["max_output_channels"] > 0,
            usual_microphone=each["index"] == usual_in,
            usual_loudspeaker=each["index"] == usual_out,
            rate=round(each["default_samplerate"]),
        )
        for each in sounddevice.query_devices()
    ]


def find_devices(wanted: Sequence[str], found: Sequence[Device]) -> tuple[Device | None, Device | None]:
    """The microphone and the loudspeaker to use; None where there is none.

    Args:
        wanted: numbers, or parts of names. The first that hears is the microphone, the last that plays the
            loudspeaker; where none of them does, the one that the system would take.
        found: the devices of this machine.

    Raises:
        DeviceError: there is none that is called so, or several.
    """
    named = [_named(each, found) for each in wanted]
    microphone = next((each for each in named if each.hears), None) or next(
        (each for each in found if each.usual_microphone and each.hears), None
    )
    loudspeaker = next((each for each in reversed(named) if each.plays), None) or next(
        (each for each in found if each.usual_loudspeaker and each.plays), None
    )
    return microphone, loudspeaker


def _named(wanted: str, found: Sequence[Device]) -> Device:
    same = [each for each in found if wanted in (str(each.number), each.name)]
    same = same or [each for each in found if wanted.casefold() in each.name.casefold()]
    if not wanted.strip() or not same:
        raise DeviceError(f"There is no device {wanted!r}: see what there is with --list-devices.")
    if len(same) > 1:
        several = ", ".join(f"{each.number} {each.name}" for each in same)
        raise DeviceError(f"{wanted!r} may be {several}: give the number.")
    return same[0]


def rate_of(device: Device, *, hears: bool) -> int:
    """The rate to use a device at: the conversation's, where it can do that, else the device's own."""
    sounddevice = _sounddevice()
    check = sounddevice.check_input_settings if hears else sounddevice.check_output_settings
    try:
        check(device=device.number, channels=1, dtype="float32", samplerate=RATE)
    except (sounddevice.PortAudioError, ValueError):
        return device.rate
    return RATE


@contextmanager
def listening(device: Device, rate: int, line: LocalLine) -> Iterator[None]:
    """The line hears this microphone; inside the event loop. A microphone that is unplugged ends the line.

    Raises:
        DeviceError: it cannot be opened.
    """
    loop = asyncio.get_running_loop()
    heard_at = loop.time()

    def hear(samples: NDArray[np.float32]) -> None:
        nonlocal heard_at
        heard_at = loop.time()
        line.hear(samples)

    def on_block(block: Block, _count: int, _time: Any, _status: Any) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(hear, block[:, 0].copy())

    async def watch() -> None:
        while stream.active and loop.time() - heard_at <= LOST_S:
            await asyncio.sleep(LOST_S / 6)
        line.lose(f"the microphone {device.name} is gone", broken=True)

    with _opened(device, "microphone", _sounddevice().InputStream, rate, on_block) as stream:
        watching = asyncio.create_task(watch())
        try:
            yield
        finally:
            watching.cancel()


@contextmanager
def playing(device: Device, rate: int, line: LocalLine) -> Iterator[None]:
    """The line is heard on this loudspeaker; inside the event loop. A loudspeaker that is unplugged ends the line.

    Raises:
        DeviceError: it cannot be opened.
    """
    loop = asyncio.get_running_loop()

    played_at = loop.time()

    def on_block(block: Block, _count: int, time: Any, _status: Any) -> None:
        nonlocal played_at
        played_at = loop.time()
        if not loop.is_closed():
            line.fill(block[:, 0], max(0.0, time.outputBufferDacTime - time.currentTime))

    async def watch() -> None:
        while stream.active and loop.time() - played_at <= LOST_S:
            await asyncio.sleep(LOST_S / 6)
        line.lose(f"the loudspeaker {device.name} is gone", broken=True)

    with _opened(device, "loudspeaker", _sounddevice().OutputStream, rate, on_block) as stream:
        watching = asyncio.create_task(watch())
        try:
            yield
        finally:
            watching.cancel()


@contextmanager
def _opened(
    device: Device, what: str, kind: Any, rate: int, on_block: Callable[[Block, int, Any, Any], None]
) -> Iterator[Any]:
    sounddevice = _sounddevice()
    try:
        stream = kind(
            device=device.number,
            channels=1,
            dtype="float32",
            samplerate=rate,
            blocksize=round(BLOCK_S * rate),
            latency=LATENCY_S,
            callback=on_block,
        )
        stream.start()
    except (sounddevice.PortAudioError, ValueError) as error:
        raise DeviceError(
            f"The {what} {device.name} cannot be opened ({first_line(error)}): let go of it elsewhere, or choose "
            "another with --device."
        ) from None
    try:
        yield stream
    finally:
        stream.abort(ignore_errors=True)
        stream.close(ignore_errors=True)


def _sounddevice() -> ModuleType:
    try:
        import sounddevice
    except ImportError:
        raise DeviceError(
            f"Microphones and loudspeakers need the extra mic: {install_hint('mic')}."
        ) from None
    except OSError:  # PortAudio itself, which comes with the package except on Linux
        raise DeviceError(
            "Microphones and loudspeakers need PortAudio: install it (apt-get install libportaudio2, or as your system "
            "has it)."
        ) from None
    _quieten_alsa()
    module: ModuleType = sounddevice
    return module


@cache
def _quieten_alsa() -> object:
    """Keep ALSA from writing of every hiccup to standard error; what matters PortAudio tells."""
    if sys.platform != "linux":
        return None
    quiet = _ALSA_HANDLER(lambda *_: None)
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(quiet)
    return quiet  # must live as long as ALSA may call it
