"""The graph of a judged call: a recording goes in; verdicts with quotes, a score and advice come out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from langgraph.graph import END, START, StateGraph

from emads_voice.agents.embeddings import default_embeddings
from emads_voice.agents.quality.embedded import EmbeddedJudge
from emads_voice.agents.quality.judge import Judge
from emads_voice.messages import Catalogue, shipped
from emads_voice.observability import AuditLog
from emads_voice.voice.recognizer import Recognizer

from .context import QualityContext
from .nodes import compliance, quality, training, transcribe
from .state import QualityInput, QualityState


def create_quality_graph(
    recognizer: Recognizer,
    *,
    judge: Judge | None = None,
    embedded: Judge | None = None,
    audit: AuditLog | None = None,
    catalogue: Catalogue | None = None,
    hotwords: Sequence[str] = (),
    models_dir: Path | None = None,
) -> StateGraph[QualityState, QualityContext, QualityInput, QualityState]:
    """Build the graph ``transcribe → compliance → quality → training``, uncompiled.

    Args:
        recognizer: hears the recording.
        judge: finds the words that the scorecard speaks of; by default without a chat model.
        embedded: does where the judge fails; by default by likeness of sentences.
        audit: keeps a record of each recording.
        catalogue: what we say ourselves.
        hotwords: names and terms that are likely in all calls.
        models_dir: the models folder.
    """
    without_model = embedded or EmbeddedJudge(default_embeddings())
    graph = StateGraph(QualityState, context_schema=QualityContext, input_schema=QualityInput)
    graph.add_node("transcribe", transcribe(recognizer, audit, hotwords, models_dir))
    graph.add_node("compliance", compliance(judge or without_model, without_model))
    graph.add_node("quality", quality())
    graph.add_node("training", training(catalogue or shipped()))
    graph.add_edge(START, "transcribe")
    graph.add_edge("transcribe", "compliance")
    graph.add_edge("compliance", "quality")
    graph.add_edge("quality", "training")
    graph.add_edge("training", END)
    return graph
