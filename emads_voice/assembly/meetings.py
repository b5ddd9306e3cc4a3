"""The graph of meetings, with what the settings name."""

from __future__ import annotations

from langgraph.graph import StateGraph

from emads_voice import configured_backends
from emads_voice.agents.minutes.embedded import EmbeddedExtractor
from emads_voice.agents.minutes.model import ModelExtractor
from emads_voice.graph.meetings import MeetingContext, MeetingInput, MeetingState, create_meeting_graph
from emads_voice.messages import Catalogue
from emads_voice.settings import Settings
from emads_voice.voice.recognizer import Recognizer

from . import configured
from .records import make_ledger

MeetingGraph = StateGraph[MeetingState, MeetingContext, MeetingInput, MeetingState]


def make_meeting_graph(
    settings: Settings, *, recognizer: Recognizer | None = None, catalogue: Catalogue | None = None
) -> MeetingGraph:
    """The graph, uncompiled; nothing heavy is loaded yet.

    Args:
        settings: of the deployment.
        recognizer: hears, in place of what they name.
        catalogue: what we say, likewise.

    Raises:
        SettingsError, MessagesError, BackendError: a choice that cannot be had; the message says what to do.
    """
    model = configured.make_chat_model(settings)
    return create_meeting_graph(
        recognizer or configured_backends.make_recognizer(settings),
        extractor=ModelExtractor(model, settings.model or "") if model else EmbeddedExtractor(),
        audit=make_ledger(settings),
        catalogue=catalogue or configured.make_catalogue(settings),
        hotwords=settings.hotwords,
        models_dir=settings.models_dir,
    )
