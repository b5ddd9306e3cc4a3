"""PulseAudio with two sound cards that are none: what is played on one is heard by the microphone.

``mouth`` is what whoever tests speaks into: its monitor is the usual microphone. ``ear`` is the usual loudspeaker, and
its monitor tells what was played. PortAudio reaches both by way of ALSA.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes.util import find_library
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emads_voice.voice.sound.audio import Audio

RATE = 16_000

_PROGRAMS = ("pulseaudio", "pactl", "pacat", "parec")
_SETUP = """
load-module module-native-protocol-unix auth-anonymous=1 socket={socket}
load-module module-null-sink sink_name=mouth rate=16000 channels=1
load-module module-null-sink sink_name=ear rate=16000 channels=1
set-default-source mouth.monitor
set-default-sink ear
"""


def missing() -> str:
    """What has to be there first; "" if everything is."""
    if not all(map(shutil.which, _PROGRAMS)) or not find_library("portaudio"):
        return (
            "needs PulseAudio and PortAudio: apt-get install pulseaudio pulseaudio-utils libasound2-plugins "
            "libportaudio2"
        )
    return ""


@dataclass(frozen=True)
class SoundServer:
    """A running server.

    Attributes:
        environment: what programs that are to use it have in their environment.
        folder: where it keeps what it needs.
    """

    environment: dict[str, str]
    folder: Path

    def say(self, audio: Audio) -> None:
        """Play sound into the microphone; returns when that is done."""
        self.saying(audio).wait()

    def saying(self, audio: Audio) -> subprocess.Popen[bytes]:
        """Play sound into the microphone; returns at once."""
        path = self.folder / f"said-{time.monotonic_ns()}.raw"
        samples = audio.resample(RATE).samples
        path.write_bytes(np.concatenate([samples, np.zeros(RATE // 2, np.float32)]).astype("<f4").tobytes())
        return subprocess.Popen(
            ["pacat", "--playback", "--device=mouth", *_FORMAT, str(path)], env=self.environment
        )

    @contextmanager
    def listening(self) -> Iterator[Path]:
        """Keep what is played on the loudspeaker meanwhile, as 32-bit floats at :data:`RATE` in this file."""
        path = self.folder / f"heard-{time.monotonic_ns()}.raw"
        with path.open("wb") as file:
            recording = subprocess.Popen(
                ["parec", "--device=ear.monitor", "--latency-msec=20", *_FORMAT],
                env=self.environment,
                stdout=file,
            )
            try:
                yield path
            finally:
                recording.terminate()
                recording.wait()

    def echo(self, percent: int) -> None:
        """Let the microphone hear the loudspeaker, as where nobody wears headphones."""
        self._control("load-module", "module-loopback", "source=ear.monitor", "sink=mouth", "latency_msec=60")
        number = self._control("list", "short", "sink-inputs").split()[0]
        self._control("set-sink-input-volume", number, f"{percent}%")

    def unplug_microphone(self) -> None:
        """Take the server itself away, as of a card that is pulled out."""
        self._control("exit")

    def _control(self, *command: str) -> str:
        done = subprocess.run(
            ["pactl", *command], env=self.environment, check=True, capture_output=True, text=True
        )
        return done.stdout


_FORMAT = ["--raw", "--format=float32le", f"--rate={RATE}", "--channels=1"]


def heard(path: Path) -> Audio:
    """What was recorded by :meth:`SoundServer.listening`."""
    return Audio(np.frombuffer(path.read_bytes()[: path.stat().st_size // 4 * 4], "<f4").copy(), RATE)


@contextmanager
def running_sound_server(folder: Path) -> Iterator[SoundServer]:
    """A sound server of one's own, in a folder whose path is short: it has a socket in it."""
    socket = folder / "pulse"
    setup = folder / "setup.pa"
    setup.write_text(_SETUP.format(socket=socket))
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PULSE_")},
        "HOME": str(folder),
        "XDG_RUNTIME_DIR": str(folder),
        "PULSE_RUNTIME_PATH": str(folder),
        "PULSE_SERVER": f"unix:{socket}",
    }
    server = subprocess.Popen(
        ["pulseaudio", "-n", "-F", str(setup), "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1"],
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 30
        while subprocess.run(["pactl", "info"], env=environment, capture_output=True, check=False).returncode:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("PulseAudio does not start.")
            time.sleep(0.05)
        yield SoundServer(environment, folder)
    finally:
        server.terminate()
        server.wait()
