"""A server under test: started on a core of its own, and watched from outside through /proc."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import IO, Self

HERE = Path(__file__).parent
SERVER_CORE, CALLER_CORE = 0, 1
START_TIMEOUT_S = 60.0

_PIPECAT = str(HERE.parents[1] / ".venv-pipecat" / "bin" / "python")
SYSTEMS = {
    "bare": [sys.executable, str(HERE / "bare_loop.py")],
    "pipecat": [_PIPECAT, str(HERE / "pipecat_peer.py")],
    "pipecat-smart": [_PIPECAT, str(HERE / "pipecat_peer.py"), "--smart-turn"],
    "ours": [sys.executable, str(HERE / "serve_stub.py")],
    "embedded": [sys.executable, str(HERE / "serve_embedded.py")],
}
"""How each is started; it listens on $PORT at /twilio/media."""

_CORES = {"embedded": {SERVER_CORE, CALLER_CORE}}
"""Those a system may use, where it is not the server's core alone: real models want what the machine has."""

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Server:
    """One system, running inside ``with``.

    Raises:
        SystemExit: it is not installed, or does not come up within a minute.
    """

    def __init__(self, system: str) -> None:
        self._command = SYSTEMS[system]
        self._cores = _CORES.get(system, {SERVER_CORE})
        missing = [part for part in self._command if part.startswith("/") and not Path(part).exists()]
        if missing:
            raise SystemExit(f"{system} cannot be measured: {missing[0]} is missing.")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the server
        self.url = f"ws://127.0.0.1:{self._port}/twilio/media"

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command,
            # onnxruntime reports to its maker while it runs, unless told not to: no system is measured doing so.
            env={**os.environ, "PORT": str(self._port), "ORT_DISABLE_TELEMETRY": "1"},
            stdout=self._log,
            stderr=self._log,
            preexec_fn=partial(os.sched_setaffinity, 0, self._cores),
        )
        give_up = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < give_up and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.2)
        self.__exit__()
        raise SystemExit(f"{' '.join(self._command)} did not come up:\n{self.log()[-2000:]}")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def log(self) -> str:
        """What it has written so far."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def cpu_s(self) -> float:
        """CPU seconds of the server and its children, all threads, user and system."""
        return sum(sum(map(int, _stat(pid)[11:15])) for pid in self._pids()) / _TICKS

    def rss_mb(self) -> float:
        """Resident memory of the server and its children."""
        return sum(int(_stat(pid)[21]) for pid in self._pids()) * _PAGE / 2**20

    def descriptors(self) -> int:
        """Open files and sockets."""
        return sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in self._pids())

    def threads(self) -> int:
        """Threads, the main ones included."""
        return sum(int(_stat(pid)[17]) for pid in self._pids())

    def _pids(self) -> list[int]:
        pids = [self._process.pid]
        for pid in pids:  # grows as children are found
            for task in Path(f"/proc/{pid}/task").iterdir():
                pids += map(int, (task / "children").read_text().split())
        return pids


def core_busy_s(core: int) -> float:
    """Seconds a core has worked since boot, for whomever."""
    for line in Path("/proc/stat").read_text().splitlines():
        name, *ticks = line.split()
        if name == f"cpu{core}":
            user, nice, system, _idle, _iowait, irq, softirq, *_ = map(int, ticks)
            return (user + nice + system + irq + softirq) / _TICKS
    raise SystemExit(
        f"There is no core {core}: the benchmark needs one for the server and one for the callers."
    )


def _stat(pid: int) -> list[str]:
    """/proc/PID/stat from the third field on; the second, the name, may hold blanks."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
