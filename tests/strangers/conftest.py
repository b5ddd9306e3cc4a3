"""Servers that are attacked, and how a good call goes at one that is left alone.

Each test holds a good call beside an attack and compares it with a quiet one of the same run. All of it is loopback:
attackers connect from 127.0.0.66, Twilio's REST API is a double.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("faster_whisper", reason='it takes the extra "local"')
pytest.importorskip("streamdouble", reason="make test installs it")

from harness.beside import Seen, beside
from harness.process import Server, serving
from harness.rest import RestDouble

HEALTHY_MB = 3_000.0
"""A server that has grown so large is replaced before the next test; the one that grew it has failed."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not sys.platform.startswith("linux"):
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason="servers are watched through /proc"))


@pytest.fixture(scope="session")
def rest() -> Iterator[RestDouble]:
    """Twilio's REST API."""
    double = RestDouble()
    yield double
    double.close()


@pytest.fixture(scope="session")
def start(rest: RestDouble, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Starts servers: ``start(*options, descriptors=…, **settings)``. They end with the tests."""
    with ExitStack() as stack:

        def one(*options: str, **settings: Any) -> Server:
            folder = tmp_path_factory.mktemp("server")
            return stack.enter_context(serving(folder, *options, twilio_double=rest.url, **settings))

        yield one


@pytest.fixture(scope="session")
def _servers(start: Callable[..., Server]) -> list[Server]:
    return [start(EMADS_PHONE_MAX_CALLS="200")]


@pytest.fixture
def server(_servers: list[Server], start: Callable[..., Server]) -> Server:
    """A server that asks for signatures; a new one where the last did not survive."""
    if not _servers[-1].alive or _servers[-1].rss_mb() > HEALTHY_MB:
        _servers.append(start(EMADS_PHONE_MAX_CALLS="200"))
        asyncio.run(beside(_servers[-1]))
    return _servers[-1]


@pytest.fixture(scope="session")
def quiet(_servers: list[Server]) -> Seen:
    """A good call at a server that is left alone: the second, as models take their memory with the first."""
    asyncio.run(beside(_servers[-1]))
    return asyncio.run(beside(_servers[-1]))
