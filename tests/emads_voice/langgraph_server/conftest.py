"""A LangGraph server with a restaurant's graph and calls, and its own SDK."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from emads_voice.channels.call import thread_of_call

PROJECT = Path(__file__).parent


@dataclass
class Restaurant:
    """A running server with the graph, the calls and the phone of restaurant.py."""

    url: str
    client: Any
    log: Path

    def call(self, sid: str, *says: str, later: tuple[str, ...] = (), thread: str = "") -> None:
        """Somebody rings and says this; returns when the last of it is being answered. They stay on the line."""
        self._post("/calls", json={"sid": sid, "says": says, "later": later, "thread": thread})

    def say_next(self, sid: str) -> None:
        """The caller says the next of what they say later; returns when it is being answered."""
        assert httpx.put(f"{self.url}/calls/{sid}", timeout=30).is_success

    def hang_up(self, sid: str, *, hears_it_out: bool = False) -> None:
        """The caller hangs up, at once or after the answer."""
        answer = httpx.delete(f"{self.url}/calls/{sid}", params={"hears_it_out": hears_it_out}, timeout=60)
        assert answer.is_success

    def let_go_on(self, yes: bool) -> None:
        """Whether slow answers go on after their first sentence."""
        assert httpx.put(f"{self.url}/may_go_on/{yes}").is_success

    def take_turn(self, sid: str, said: str) -> str:
        """One turn in the server's process, not through its queue; returns the thread."""
        self._post(f"/turns/{sid}", params={"said": said})
        return thread_of_call(sid)

    def state(self, thread: str) -> Any:
        return self.client.threads.get_state(thread)

    def at(self, thread: str, node: str) -> Any:
        """The latest checkpoint at which this node was to run next."""
        history = self.client.threads.get_history(thread, limit=50)
        return next(snapshot for snapshot in history if snapshot["next"] == [node])

    def run(self, thread: str, **what: Any) -> Any:
        """A run as Studio starts it; returns the values it ends with."""
        return self.client.runs.wait(thread, "voice", **what)

    def _post(self, path: str, **what: Any) -> None:
        answer = httpx.post(self.url + path, timeout=30, **what)
        assert answer.is_success, answer.text


@pytest.fixture(scope="module")
def restaurant(
    langgraph_server: Any, collector: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Restaurant]:
    pytest.importorskip("langgraph_api", reason='it takes the extra "studio"')
    from langgraph_sdk import get_sync_client

    folder = tmp_path_factory.mktemp("restaurant")
    config = folder / "langgraph.json"
    project = {
        "dependencies": ["."],
        "graphs": {"voice": "restaurant:graph", "decision": "restaurant:decision"},
        "auth": {"path": "emads_voice.langgraph_auth:auth"},
        "http": {"app": "restaurant:app"},
        "checkpointer": {"path": "emads_voice.langgraph_server.saver"},
    }
    config.write_text(json.dumps(project))
    with langgraph_server(config, folder, collector, PYTHONPATH=str(PROJECT)) as port:
        url = f"http://127.0.0.1:{port}"
        yield Restaurant(url, get_sync_client(url=url), folder / "log")


@pytest.fixture
def texts() -> Any:
    """The words of a thread's messages, oldest first."""
    return lambda values: [message["content"] for message in values["messages"]]
