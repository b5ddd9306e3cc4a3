"""The page, served alone, in a browser whose other end is a script."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from emads_voice.channels.pages.talk_page import talk_page
from emads_voice.messages import shipped
from emads_voice.voice.sound.audio import Audio

tools = pytest.importorskip("talk_page", reason='it takes the extra "dev"')


@dataclass
class Server:
    """One that has the page, and a door that opens for every key that begins as they do.

    Attributes:
        url: of the page.
        offered: the subprotocols of each socket that was to be opened.
    """

    url: str = ""
    offered: list[list[str]] = field(default_factory=list)

    async def let_in(self, websocket: WebSocket) -> None:
        offered = websocket.scope["subprotocols"]
        self.offered.append(offered)
        if not any("ek_" in each for each in offered):
            await websocket.close()
            return
        await websocket.accept("realtime")
        while (await websocket.receive())["type"] != "websocket.disconnect":
            pass


@contextmanager
def _serving(*, asks_for_key: bool) -> Iterator[Server]:
    served = Server()
    routes = [
        *talk_page(shipped(), asks_for_key=asks_for_key),
        WebSocketRoute("/v1/realtime", served.let_in),
    ]
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        served.url = f"http://127.0.0.1:{listener.getsockname()[1]}/talk"
        server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), log_level="error"))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield served
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The page's, of a server that lets in everybody."""
    with _serving(asks_for_key=False) as served:
        yield served.url


@pytest.fixture(scope="module")
def keyed() -> Iterator[Server]:
    """A server that asks for keys."""
    with _serving(asks_for_key=True) as served:
        yield served


@pytest.fixture(scope="module")
def hum(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A microphone that hums."""
    path = tmp_path_factory.mktemp("sound") / "hum.wav"
    samples = 0.2 * np.sin(np.arange(48_000 * 60) * 2 * np.pi * 300 / 48_000)
    Audio(samples.astype(np.float32), 48_000).save(path)
    return path


@pytest.fixture(scope="module")
def browser(hum: Path) -> Iterator[Any]:
    if lacking := tools.missing():
        pytest.skip(lacking)
    with tools.open_browser(hum) as browser:
        yield browser


@pytest.fixture
def opened(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Opens the page, with a script at the other end: ``page, session = opened(locale="vi-VN")``."""
    pages = []

    def make(url: str = address, **options: Any) -> Any:
        page = tools.TalkPage(browser, url, **options)
        pages.append(page)
        session = tools.ScriptedSession(page.page)
        page.open()
        return page, session

    yield make
    for page in pages:
        page.close()
        assert not page.faults
