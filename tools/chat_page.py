"""The chat page that npm's create-agent-chat-app makes (``make .chat-app``), in a headless Chromium."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, sync_playwright

APP = Path(__file__).parents[1] / ".chat-app"
CHROMIUM = Path("/usr/bin/chromium")
"""Debian's."""

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def missing() -> str:
    """What has to be there first; "" if everything is."""
    if not (APP / "index.html").exists():
        return "needs the chat page: make .chat-app"
    return "" if CHROMIUM.exists() else "needs Chromium: apt-get install chromium"


class ChatPage:
    """The page, and what a person does with it.

    Attributes:
        page: Playwright's.
        asked: the addresses it has asked for anything.
    """

    def __init__(self, page: Page, url: str, server: str, graph: str) -> None:
        """Take an empty page, the address of the application, and LangGraph's server with the graph's name."""
        self.page = page
        self.asked: list[str] = []
        self._url = url
        self._of = {"apiUrl": server, "assistantId": graph}
        page.on("request", lambda request: self.asked.append(request.url))

    def open(self, thread: str = "", graph: str = "") -> None:
        """Show a thread, or begin one; of another graph, if it is named."""
        of = self._of | ({"threadId": thread} if thread else {}) | ({"assistantId": graph} if graph else {})
        self.page.goto(f"{self._url}/?{urlencode(of)}")

    def use_key(self, key: str) -> None:
        """Send this key with whatever is asked of the server from the next page on; "" for none."""
        self.page.goto(self._url)
        self.page.evaluate("key => localStorage.setItem('lg:chat:apiKey', key)", key)

    def say(self, text: str) -> None:
        """Type a message and send it, once the answer to the one before is there."""
        self.page.get_by_placeholder("Type your message...").fill(text)
        self.press("Send")

    def shows(self, text: str) -> Locator:
        """Wait until this can be read; what it stands in."""
        found = self.page.get_by_text(text).last
        found.wait_for(state="visible")
        return found

    def press(self, button: str) -> None:
        """Press a button, once it is there."""
        self.page.get_by_role("button", name=button, exact=True).click()


@contextmanager
def open_chat_page(server: str, graph: str) -> Iterator[ChatPage]:
    """The chat page for a graph of a LangGraph server.

    Args:
        server: its address.
        graph: the name of the graph.
    """
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Files, directory=str(APP))) as files:
        threading.Thread(target=files.serve_forever, daemon=True).start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            page = browser.new_page(viewport={"width": 900, "height": 620})
            yield ChatPage(page, f"http://127.0.0.1:{files.server_port}", server, graph)
            browser.close()
        files.shutdown()


class _Files(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing of each file."""
