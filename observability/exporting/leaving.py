"""The end of a process: what is still to be exported is, where somebody takes it, and nobody waits for a collector that
is not there."""

from __future__ import annotations

import atexit
import logging
import socket
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

from emads_voice.environment import variable

_log = logging.getLogger(__name__)

CONNECT_S = 0.3
"""How long a collector has to accept a connection before it counts as not there."""
EXIT_S = 3.0
"""How long one that is there has to take the rest."""


def close_at_exit(signal: str, shutdown: Callable[[], None]) -> None:
    """Shut a provider down as the process ends.

    Args:
        signal: "traces" or "metrics".
        shutdown: exports the rest; may take longer than anybody wants to wait.
    """
    atexit.register(_close, signal, shutdown)


def _close(signal: str, shutdown: Callable[[], None]) -> None:
    from .by_name import protocol
    from .configuring import exporters

    if exporters(signal) == ["otlp"]:
        address = collector(signal, protocol(signal))
        if not reachable(*address):
            _log.warning("The last %s are lost: no collector answers at %s:%d.", signal, *address)
            return
    # Neither a provider nor its exporters can be told to hurry; a thread nobody waits for can be left behind.
    closing = threading.Thread(target=shutdown, name=f"last-{signal}", daemon=True)
    closing.start()
    closing.join(EXIT_S)
    if closing.is_alive():
        _log.warning("The last %s are lost: the collector did not take them within %g s.", signal, EXIT_S)


def collector(signal: str, protocol: str) -> tuple[str, int]:
    """The host and port that OTLP goes to."""
    named = (
        variable(f"OTEL_EXPORTER_OTLP_{signal.upper()}_ENDPOINT")
        or variable("OTEL_EXPORTER_OTLP_ENDPOINT")
        or ""
    )
    url = urlsplit(named if "://" in named else f"http://{named or 'localhost'}")
    usual = (
        4317 if protocol == "grpc" else 443 if url.scheme == "https" else 80 if url.netloc and named else 4318
    )
    return url.hostname or "localhost", url.port or usual


def reachable(host: str, port: int) -> bool:
    """Whether somebody accepts connections there."""
    try:
        socket.create_connection((host, port), CONNECT_S).close()
    except OSError:
        return False
    return True
