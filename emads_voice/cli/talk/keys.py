"""Keys pressed in the terminal, one by one, without the return key; where standard input is no terminal, none."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

POLL_S = 0.05
"""Windows does not tell of keys: it is asked so often."""


@asynccontextmanager
async def keys(on_key: Callable[[str], None]) -> AsyncIterator[bool]:
    """Tell of each key pressed; inside the event loop.

    Yields:
        Whether there are any to be pressed.
    """
    if sys.stdin is None or sys.stdin.closed or not sys.stdin.isatty():
        yield False
    elif sys.platform == "win32":
        polling = asyncio.create_task(_poll(on_key))
        try:
            yield True
        finally:
            polling.cancel()
    else:
        import termios
        import tty

        terminal, loop = sys.stdin.fileno(), asyncio.get_running_loop()
        before = termios.tcgetattr(terminal)
        tty.setcbreak(terminal)
        loop.add_reader(terminal, _read, terminal, on_key)
        try:
            yield True
        finally:
            loop.remove_reader(terminal)
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _read(terminal: int, on_key: Callable[[str], None]) -> None:
    try:
        pressed = os.read(terminal, 64).decode("ascii", "ignore")
    except OSError:  # the terminal is gone; the signal that says so ends the process
        return
    if not pressed.startswith("\x1b"):  # arrows and the like come as several characters
        for key in pressed:
            on_key(key)


async def _poll(on_key: Callable[[str], None]) -> None:
    if sys.platform == "win32":
        import msvcrt

        while True:
            while msvcrt.kbhit():
                on_key(msvcrt.getwch())
            await asyncio.sleep(POLL_S)
