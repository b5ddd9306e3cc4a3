"""The graph of a meeting: a recording goes in; minutes, actions, decisions and appointments come out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from langgraph.graph import END, START, StateGraph

from emads_voice.agents.minutes.embedded import EmbeddedExtractor
from emads_voice.agents.minutes.extractor import Extractor
from emads_voice.messages import Catalogue, shipped
from emads_voice.observability import AuditLog
from emads_voice.voice.recognizer import Recognizer

from .context import MeetingContext
from .nodes import analyst, scheduler, summary, transcribe
from .state import MeetingInput, MeetingState


def create_meeting_graph(
    recognizer: Recognizer,
    *,
    extractor: Extractor | None = None,
    audit: AuditLog | None = None,
    catalogue: Catalogue | None = None,
    hotwords: Sequence[str] = (),
    models_dir: Path | None = None,
) -> StateGraph[MeetingState, MeetingContext, MeetingInput, MeetingState]:
    """Build the graph ``transcribe → analyst → scheduler → summary``, uncompiled.

    Args:
        recognizer: hears the recording.
        extractor: finds what the meeting came to; by default in plain code, without a chat model.
        audit: keeps a record of each recording.
        catalogue: what we say ourselves.
        hotwords: names and terms that are likely in all meetings.
        models_dir: the models folder.
    """
    graph = StateGraph(MeetingState, context_schema=MeetingContext, input_schema=MeetingInput)
    graph.add_node("transcribe", transcribe(recognizer, audit, hotwords, models_dir))
    graph.add_node("analyst", analyst(extractor or EmbeddedExtractor()))
    graph.add_node("scheduler", scheduler())
    graph.add_node("summary", summary(catalogue or shipped()))
    graph.add_edge(START, "transcribe")
    graph.add_edge("transcribe", "analyst")
    graph.add_edge("analyst", "scheduler")
    graph.add_edge("scheduler", "summary")
    graph.add_edge("summary", END)
    return graph
