"""Make the pictures of docs/studio.md: calls in LangGraph's development server, opened in the chat page.

    make .chat-app && python tools/make_studio_pictures.py

The calls are those of the restaurant in tests/emads_voice/langgraph_server.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from chat_page import ChatPage, missing, open_chat_page
from langgraph_sdk import get_sync_client

from emads_voice.channels.call import thread_of_call

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
RESTAURANT = ROOT / "tests" / "emads_voice" / "langgraph_server"


def main() -> None:
    """Make them anew."""
    if lacking := missing():
        sys.exit(lacking)
    PICTURES.mkdir(exist_ok=True)
    with _server() as server, open_chat_page(server, "voice") as page:
        _misheard(server, page)
        _asked(server, page)


def _misheard(server: str, page: ChatPage) -> None:
    """A call whose second question was misheard, and the same turn with the right words."""
    says = ["When do you open?", "Is there soup on someday?"]
    httpx.post(f"{server}/calls", json={"sid": "CA-bad", "says": says}, timeout=60).raise_for_status()
    httpx.delete(f"{server}/calls/CA-bad?hears_it_out=true", timeout=60).raise_for_status()
    thread = thread_of_call("CA-bad")
    page.open(thread)
    page.shows("Is there soup on someday?")
    _take(page, "call")

    client = get_sync_client(url=server)
    history = client.threads.get_history(thread, limit=50)
    heard = next(snapshot for snapshot in history if snapshot["next"] == ["listen"])
    fork = client.threads.update_state(
        thread,
        {"messages": [{"role": "user", "content": "Are you open on Sunday?"}]},
        as_node="__start__",
        checkpoint_id=heard["checkpoint"]["checkpoint_id"] or "",
    )
    client.runs.wait(thread, "voice", checkpoint_id=fork["checkpoint"]["checkpoint_id"] or "")
    page.open(thread)
    page.shows("We are closed on Sundays.").hover()
    _take(page, "call-forked")


def _asked(server: str, page: ChatPage) -> None:
    """A call that has left a question open."""
    httpx.post(f"{server}/turns/CA-asks", params={"said": "Please cancel my table."}).raise_for_status()
    page.open(thread_of_call("CA-asks"))
    page.page.set_viewport_size({"width": 900, "height": 900})
    page.shows("19:00")
    page.page.mouse.wheel(0, -2_000)
    _take(page, "call-asks")


def _take(page: ChatPage, name: str) -> None:
    page.page.wait_for_load_state("networkidle")
    path = PICTURES / f"{name}.png"
    page.page.screenshot(path=path, animations="disabled")
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KB")


@contextmanager
def _server() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    quiet = {
        "LANGGRAPH_CLI_NO_ANALYTICS": "1",
        "LANGGRAPH_NO_VERSION_CHECK": "true",
        "LANGSMITH_TRACING": "false",
    }
    with TemporaryDirectory() as folder:
        project = {
            "dependencies": ["."],
            "graphs": {"voice": "restaurant:graph"},
            "http": {"app": "restaurant:app"},
            "checkpointer": {"path": "emads_voice.langgraph_server.saver"},
        }
        (Path(folder) / "langgraph.json").write_text(json.dumps(project))
        serving = subprocess.Popen(
            [sys.executable, "-m", "langgraph_cli", "dev", "--no-browser", "--no-reload", "--port", port],
            cwd=folder,
            env={**os.environ, **quiet, "PYTHONPATH": str(RESTAURANT), "EMADS_DATA_DIR": f"{folder}/data"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(f"{url}/ok", serving)
            yield url
        finally:
            serving.terminate()
            serving.wait(20)


def _wait_for(url: str, serving: subprocess.Popen[bytes]) -> None:
    while serving.poll() is None:
        try:
            if httpx.get(url).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    sys.exit("LangGraph's server did not start.")


if __name__ == "__main__":
    main()
