"""The graph as LangGraph's development server and Studio see it, offline: started once, asked through its SDK."""

import base64
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from emads_voice.decisions import Approvers, DecisionStore
from emads_voice.observability.ledger import open_ledger

pytest.importorskip("langgraph_api", reason='it takes the extra "studio"')
pytest.importorskip("faster_whisper", reason='it takes the extra "local"')
from langgraph_sdk import get_sync_client

ROOT = Path(__file__).parents[2]
RECORDING = ROOT / "examples" / "audio" / "kubernetes-en.wav"


@dataclass
class Server:
    """A running development server."""

    client: Any
    data: Path

    def schemas(self) -> dict[str, Any]:
        """What Studio builds its forms from."""
        (assistant,) = self.client.assistants.search(graph_id="voice")
        schemas: dict[str, Any] = self.client.assistants.get_schemas(assistant["assistant_id"])
        return schemas

    def ask(self, content: Any, *, thread: str = "", **options: Any) -> tuple[str, list[tuple[str, Any]]]:
        """Run a turn; returns the thread and the (node, update) pairs, or the error as ("error", …)."""
        thread = thread or self.client.threads.create()["thread_id"]
        updates = []
        question = {"messages": [{"role": "user", "content": content}]}
        for event in self.client.runs.stream(
            thread, "voice", input=question, stream_mode="updates", **options
        ):
            if event.event == "updates":
                updates += event.data.items()
            elif event.event == "error":
                updates.append(("error", event.data))
        return thread, updates


@pytest.fixture(scope="module")
def server(
    langgraph_server: Any, collector: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("studio")
    with langgraph_server(ROOT / "langgraph.json", folder, collector) as port:
        yield Server(get_sync_client(url=f"http://127.0.0.1:{port}"), folder / "data")


def audio(data: bytes) -> list[dict[str, str]]:
    """A message that is a recording."""
    return [{"type": "audio", "base64": base64.b64encode(data).decode(), "mime_type": "audio/wav"}]


def test_the_graph_is_drawn_with_its_stages_and_agents(server: Server) -> None:
    graph = server.client.assistants.get_graph("voice")
    assert [node["id"] for node in graph["nodes"]] == [
        "__start__", "listen", "route", "cto", "coo", "reconcile", "propose", "speak", "__end__"
    ]  # fmt: skip
    edges = {(edge["source"], edge["target"]) for edge in graph["edges"]}
    assert {("listen", "route"), ("route", "cto"), ("cto", "speak"), ("coo", "reconcile")} <= edges


def test_the_context_is_a_form_a_person_can_read(server: Server) -> None:
    schema = server.schemas()["context_schema"]
    assert schema["description"] == "Choices for one turn; each may be left empty."
    assert set(schema["properties"]) == {"language", "agents", "hotwords"}, "nothing live may be in the form"
    assert {field["title"] for field in schema["properties"].values()} == {
        "Language",
        "Agents",
        "Hotwords",
    }
    assert "Vietnamese" in schema["properties"]["language"]["description"]


def test_the_state_is_typed_down_to_the_forms(server: Server) -> None:
    schema = server.schemas()["state_schema"]
    assert {"messages", "transcript", "route", "analyses", "decision", "speech"} <= set(schema["properties"])
    shown = json.dumps(schema)
    for field in ("language_code", "alignment_okr", "escalation_reasons", "duration_s", "scores"):
        assert f'"{field}"' in shown
    assert not {"ear", "mouth"} & set(schema["properties"])


def test_a_recording_goes_through_every_node_in_one_trace(server: Server, collector: Any) -> None:
    thread, updates = server.ask(audio(RECORDING.read_bytes()))
    nodes = [node for node, _ in updates]
    assert nodes[:2] == ["listen", "route"]
    assert set(nodes[2:4]) == {"cto", "coo"}
    assert nodes[4:] == ["reconcile", "propose", "speak"]

    state = server.client.threads.get_state(thread)
    values = state["values"]
    assert state["next"] == []
    assert "Kubernetes" in values["transcript"]["text"]
    assert [message["type"] for message in values["messages"]] == ["human", "ai"]
    assert values["messages"][0]["content"] == values["transcript"]["text"]
    assert set(values["analyses"]) == {"cto", "coo"}
    assert values["decision"]["options"]
    assert values["speech"]["text"] == values["messages"][-1]["content"]

    history = server.client.threads.get_history(thread)
    waiting = [set(snapshot["next"]) for snapshot in history]
    assert waiting == [
        set(), {"speak"}, {"propose"}, {"reconcile"}, {"cto", "coo"}, {"route"}, {"listen"}, {"__start__"}
    ]  # fmt: skip

    trace = values["trace"].split("-")[1]
    spans = _arrived(collector, trace, "speak")
    assert [span.name for span in spans if not span.parent] == ["listen"]
    assert {"listen", "speech_to_text whisper:base", "route", "chat handbook", "reconcile", "speak"} <= {
        span.name for span in spans
    }
    ledger = open_ledger(server.data)
    heard, *_ = [read.event for read in ledger.read(thread)]
    ledger.close()
    assert (heard.trace_id, heard.text) == (trace, values["transcript"]["text"])


def _arrived(collector: Any, trace: str, last: str) -> list[Any]:
    """The spans of a trace, once its last one has been exported."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        spans = [span for span in collector.spans if span.trace == trace]
        if any(span.name == last for span in spans):
            return spans
        time.sleep(0.05)
    pytest.fail(f"no span {last!r} of trace {trace} was exported")


def test_a_conversation_goes_on_and_the_context_narrows_it(server: Server) -> None:
    thread, updates = server.ask(
        "Should we move the order system to Kubernetes?", context={"agents": ["coo"]}
    )
    assert [node for node, _ in updates] == ["listen", "route", "coo", "reconcile", "propose", "speak"]
    _, updates = server.ask("And what would that cost?", thread=thread)
    told = dict(updates)
    assert told["listen"]["turn"] == 2
    assert "Kubernetes" in told["route"]["route"]["reason"]
    assert "dollars" in told["speak"]["speech"]["text"]


def test_the_context_names_the_language(server: Server) -> None:
    _, updates = server.ask("Kubernetes?", context={"language": "vi"})
    told = dict(updates)
    assert told["listen"]["transcript"]["language"] == "Vietnamese"
    assert told["speak"]["speech"]["language"] == "Vietnamese"


@pytest.mark.parametrize(
    ("content", "context", "complaint"),
    [
        (audio(b"no sound"), {}, "the recording in the message is damaged or no recording"),
        ([{"type": "audio", "base64": "~", "mime_type": "audio/wav"}], {}, "base64 data is damaged"),
        ([{"type": "audio", "url": "https://example.com/a.wav"}], {}, "links and file ids are not fetched"),
        ("Hello", {"language": "Klingon"}, "Klingon"),
        ("Hello", {"agents": ["cfo"]}, "No agent is named cfo: there are cto, coo."),
    ],
)
def test_what_cannot_be_used_is_explained(
    server: Server, content: Any, context: dict[str, Any], complaint: str
) -> None:
    _, updates = server.ask(content, context=context)
    kind, error = updates[-1]
    assert kind == "error"
    assert complaint in error["message"]


def test_a_decision_is_reviewed_in_a_thread_of_its_own(server: Server) -> None:
    thread, updates = server.ask("Should we move the order system to Kubernetes?")
    told = dict(updates)
    decision_id = told["propose"]["decision_id"]
    ledger = open_ledger(server.data)
    store = DecisionStore(ledger)
    kept = store.get(decision_id)
    assert kept.thread_id == thread
    assert kept.reference in told["speak"]["speech"]["text"]
    token = Approvers(store, ledger.persons).add("lan")

    server.client.threads.create(thread_id=decision_id)
    waits = server.client.runs.wait(decision_id, "decision", input={})
    (asked,) = waits["__interrupt__"]
    (action,) = asked["value"]["action_requests"]
    assert action["args"]["plan_hash"] == kept.plan_hash
    no = {"decisions": [{"type": "reject", "message": "Not now.", "reviewer": "lan"}]}
    refused = server.client.runs.wait(decision_id, "decision", command={"resume": no})
    (asked,) = refused["__interrupt__"]
    assert "token" in asked["value"]["action_requests"][0]["description"]
    assert store.get(decision_id).status == "pending"
    ended = server.client.runs.wait(
        decision_id, "decision", command={"resume": no}, context={"__token": token}
    )
    assert ended["status"] == "rejected"
    assert "Nothing has been done" in ended["messages"][-1]["content"]
    (said,) = store.get(decision_id).approvals
    assert (said.approver, said.channel, said.verdict) == ("lan", "studio", "reject")
    ledger.close()
    threads = server.client.threads
    kept_there = [threads.get_history(decision_id), threads.get(decision_id)]
    assert token not in json.dumps(kept_there, default=str)


def test_a_meeting_is_a_graph_of_its_own(server: Server) -> None:
    message = {"role": "user", "content": audio(RECORDING.read_bytes())}
    state = server.client.runs.wait(
        None, "meeting", input={"messages": [message]}, context={"speakers": ["Lan"], "date": "2026-11-25"}
    )
    assert state["recording"]["speakers"] == ["Lan"]
    assert "Kubernetes" in state["minutes"]
    assert state["recorded_at"].startswith("2026-11-25T00:00")
    assert "base64" not in str(state)


def test_a_call_that_is_judged_is_a_graph_of_its_own(server: Server) -> None:
    message = {"role": "user", "content": audio(RECORDING.read_bytes())}
    state = server.client.runs.wait(
        None, "quality", input={"messages": [message]}, context={"agent": "Lan", "scorecard": "support"}
    )
    assert (state["agent"]["name"], state["agent"]["known_by"]) == ("Lan", "alone")
    assert state["score"]["arithmetic"] in state["report"].replace("\\", "")
    assert "base64" not in str(state)
