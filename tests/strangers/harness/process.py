"""A real ``emads-voice serve``, started as a person would start it and watched from outside through /proc."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .webhooks import ACCOUNT, PUBLIC, TOKEN

START_TIMEOUT_S = 120.0
"""Loading the embedded models takes 6 s on two idle cores."""

LOG = "stderr.txt"
SHELLS = (1_024, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
"""The limits on open files that a process has from a shell: a low soft one, and the machine's hard one."""

_LAUNCH = Path(__file__).parent / "launch.py"
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Server:
    """A running server.

    Attributes:
        port: on 127.0.0.1.
        folder: of its data, and of its log.
    """

    def __init__(self, process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
        self.port = port
        self.folder = folder
        self._process = process
        self._log = folder / LOG

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def rss_mb(self) -> float:
        """Resident memory, in MB."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * _PAGE / 2**20

    def descriptors(self) -> int:
        """Open files and sockets."""
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))

    def descriptor_limit(self) -> tuple[int, int]:
        """The soft and the hard limit on them, as the process has set them."""
        return resource.prlimit(self.pid, resource.RLIMIT_NOFILE)

    def log(self, since: int = 0) -> str:
        """What it has written to standard error, from a byte on."""
        return self._log.read_bytes()[since:].decode(errors="replace")

    def log_size(self) -> int:
        """How many bytes it has written so far."""
        return self._log.stat().st_size

    def ready(self) -> bool:
        """Whether it answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/livez", timeout=1) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@contextmanager
def serving(
    folder: Path, *options: str, twilio_double: str, descriptors: tuple[int, int] = SHELLS, **settings: str
) -> Iterator[Server]:
    """A server in a folder of its own, inside ``with``; afterwards it is gone, whatever happened.

    Args:
        folder: for its data and its log.
        options: of ``serve``.
        twilio_double: where Twilio's REST API is.
        descriptors: its soft and hard limit on open files.
        settings: besides those of a phone that is open for business.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (folder / LOG).open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, str(_LAUNCH), "serve", "--port", str(port), *options],
            cwd=folder,
            env=environment(folder, TWILIO_DOUBLE=twilio_double, **settings),
            stdin=subprocess.DEVNULL,
            stdout=stderr,
            stderr=stderr,
        )
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, descriptors)  # while it is still importing
        server = Server(process, port, folder)
        try:
            _wait(server)
            yield server
        finally:
            _stop(process)


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Settings of a test, and nothing of whoever runs it."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("EMADS_", "TWILIO_", "OTEL_"))
    }
    phone = {
        "EMADS_DATA_DIR": str(folder),
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "EMADS_PUBLIC_URL": PUBLIC,
    }
    return {**kept, **phone, **settings}


def _wait(server: Server) -> None:
    give_up = time.monotonic() + START_TIMEOUT_S
    while server.alive and time.monotonic() < give_up:
        if server.ready():
            return
        time.sleep(0.1)
    raise AssertionError(f"The server did not come up:\n{server.log()[-4000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    for ask, patience_s in ((signal.SIGTERM, 1), (signal.SIGTERM, 5), (signal.SIGKILL, 5)):
        if process.poll() is None:
            process.send_signal(ask)  # the first drains, the second stops
            try:
                process.wait(patience_s)
            except subprocess.TimeoutExpired:
                continue
