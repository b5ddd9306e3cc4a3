"""The graph of judged calls, with what the settings name."""

from __future__ import annotations

from langgraph.graph import StateGraph

from emads_voice import configured_backends
from emads_voice.agents.quality.embedded import EmbeddedJudge
from emads_voice.agents.quality.model import ModelJudge
from emads_voice.graph.quality import QualityContext, QualityInput, QualityState, create_quality_graph
from emads_voice.messages import Catalogue
from emads_voice.settings import Settings
from emads_voice.voice.recognizer import Recognizer

from . import configured
from .records import make_ledger

QualityGraph = StateGraph[QualityState, QualityContext, QualityInput, QualityState]


def make_quality_graph(
    settings: Settings, *, recognizer: Recognizer | None = None, catalogue: Catalogue | None = None
) -> QualityGraph:
    """The graph, uncompiled; nothing heavy is loaded yet.

    Args:
        settings: of the deployment.
        recognizer: hears, in place of what they name.
        catalogue: what we say, likewise.

    Raises:
        SettingsError, MessagesError, BackendError: a choice that cannot be had; the message says what to do.
    """
    model = configured.make_chat_model(settings)
    embedded = EmbeddedJudge(configured.make_embeddings(settings))
    return create_quality_graph(
        recognizer or configured_backends.make_recognizer(settings),
        judge=ModelJudge(model, settings.model or "") if model else embedded,
        embedded=embedded,
        audit=make_ledger(settings),
        catalogue=catalogue or configured.make_catalogue(settings),
        hotwords=settings.hotwords,
        models_dir=settings.models_dir,
    )
