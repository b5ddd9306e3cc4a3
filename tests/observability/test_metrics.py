"""What is counted and measured: that every instrument is listed, and what the figures are of."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from langchain_core.messages import AIMessage

from emads_voice.agents import create_specialist
from emads_voice.channels.admission import Admission
from emads_voice.channels.inbox import MAX_BACKLOG_S, Inbox
from emads_voice.channels.transport import Sound
from emads_voice.observability import attributes, happened, metrics
from emads_voice.testing import ScriptedChatModel

DOCUMENT = Path(__file__).parents[2] / "docs" / "observability.md"
DASHBOARD = Path(__file__).parents[2] / "deploy" / "grafana" / "emads-voice.json"
SOURCE = Path(metrics.__file__)
Measured = Callable[[str], list[tuple[dict[str, Any], Any]]]


def test_the_document_lists_every_metric() -> None:
    document = DOCUMENT.read_text("utf-8")
    names = set(re.findall(r'"((?:emads_voice|gen_ai)\.[a-z_.]+)"', SOURCE.read_text("utf-8")))
    assert len(names) > 20
    assert {name for name in names if f"`{name}`" not in document} == set()


def test_what_happens_is_counted(measured: Measured) -> None:
    happened(attributes.BARGE_IN)
    happened(attributes.RECOGNIZER_FAILED, {"gen_ai.request.model": "a:b", "error.type": "X"})
    happened(attributes.FIRST_SOUND)
    assert [point.value for _, point in measured("emads_voice.barge_ins")] == [1]
    assert [told for told, _ in measured("emads_voice.failovers")] == [
        {"gen_ai.request.model": "a:b", "error.type": "X"}
    ]


def test_refused_calls_are_counted_by_reason(measured: Measured) -> None:
    places = Admission(1, 1)
    assert not places.admit("1", "+84")
    assert places.admit("2", "")
    places.drain()
    assert places.admit("3", "")
    assert sorted(told["reason"] for told, _ in measured("emads_voice.calls.refused")) == ["draining", "full"]


def test_sound_that_waits_or_is_dropped_is_measured(measured: Measured) -> None:
    inbox = Inbox(8_000)
    inbox.keep(Sound(np.zeros(8_000, np.float32)))
    depths = {told["queue"]: point.value for told, point in measured("emads_voice.queue.depth")}
    assert depths["line"] >= 1
    inbox.keep(Sound(np.zeros(MAX_BACKLOG_S * 8_000, np.float32)))
    assert sum(point.value for _, point in measured("emads_voice.line.dropped")) == MAX_BACKLOG_S


async def test_a_chat_model_s_tokens_and_what_they_cost_are_as_its_server_counts(measured: Measured) -> None:
    form = '{"answer": "Ten people."}'
    usage = {"input_tokens": 100, "output_tokens": 7, "total_tokens": 107}
    told = {"token_usage": {"cost": 0.002}}
    model = ScriptedChatModel(
        script=[AIMessage(form, usage_metadata=usage, response_metadata=told)], streams=False
    )
    agent = create_specialist(
        "cto", title="CTO", description="Answers.", exemplars=["How?"], instructions="Answer.", models=[model]
    )
    await agent.answer([AIMessage("how many?")], language="English")
    tokens = {told["gen_ai.token.type"]: point.sum for told, point in measured("gen_ai.client.token.usage")}
    assert tokens == {"input": 100, "output": 7}
    assert [point.value for _, point in measured("emads_voice.model.cost")] == [0.002]
    (first,) = [
        point
        for told, point in measured("gen_ai.client.operation.time_to_first_chunk")
        if told["gen_ai.operation.name"] == "chat"
    ]
    assert first.count == 1


def test_the_dashboard_asks_for_nothing_else_than_these() -> None:
    """By the names that Prometheus' exporter makes of them."""
    pytest.importorskip("prometheus_client", reason='it takes the extra "prometheus"')
    program = """
from opentelemetry.metrics import Counter, Histogram, UpDownCounter
from emads_voice.observability import configure_tracing, metrics
from emads_voice.observability.exporting import scraped
configure_tracing()
for instrument in vars(metrics).values():
    if isinstance(instrument, Histogram):
        instrument.record(1)
    elif isinstance(instrument, Counter | UpDownCounter):
        instrument.add(1)
print(scraped().page("")[0].decode())
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "OTEL_METRICS_EXPORTER": "prometheus"},
        capture_output=True,
        text=True,
        check=True,
    )
    there = set(re.findall(r"^([a-z_]+)[{ ]", done.stdout, re.MULTILINE)) | {"emads_voice_queue_depth"}
    dashboard = json.loads(DASHBOARD.read_text("utf-8"))
    asked = {
        name
        for panel in dashboard["panels"]
        for target in panel.get("targets", [])
        for name in re.findall(r"\b(?:emads_voice|gen_ai)_[a-z_]+(?=[{)])", target["expr"])
        if not re.search(rf"by \([^)]*\b{name}\b", target["expr"])
    }
    assert len(asked) > 20
    assert asked <= there
