"""Playing a WAV aloud, with whatever the system plays sound with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from emads_voice.errors import EmadsVoiceError

_PLAYERS = (
    ("pw-play",),  # PipeWire
    ("paplay",),  # PulseAudio
    ("aplay", "-q"),  # ALSA
    ("afplay",),  # macOS
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "error"),
    ("play", "-q"),  # SoX
)
"""Tried in this order: the sound servers know where people listen, and ffplay takes longest to start."""


class PlayError(EmadsVoiceError):
    """A recording that could not be played; the message says why."""


def play(path: Path) -> None:
    """Play a WAV to its end.

    Raises:
        PlayError: there is no player, or none of those here plays it.
    """
    if sys.platform == "win32":
        import winsound

        try:
            winsound.PlaySound(str(path), winsound.SND_FILENAME | winsound.SND_NODEFAULT)
        except RuntimeError as error:
            raise PlayError(f"Windows cannot play it: {error}; open the file with another program.") from None
        return
    here = [(found, *options) for name, *options in _PLAYERS if (found := shutil.which(name))]
    if not here:
        names = ", ".join(player[0] for player in _PLAYERS)
        raise PlayError(f"There is nothing to play it with: install one of {names}.")
    failures = []
    for command in here:
        # Not by the bare name: one that begins with "-" would be an option.
        done = subprocess.run(
            [*command, os.path.join(os.curdir, path)],  # noqa: PTH118  # a Path drops the "./"
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if done.returncode == 0:
            return
        reason = " ".join(done.stderr.split()) or f"exit status {done.returncode}"
        failures.append(f"{Path(command[0]).name} says “{reason}”")
    raise PlayError(f"It could not be played: {'; '.join(failures)}; open the file with another program.")
