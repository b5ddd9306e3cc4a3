"""The conversation as a LangGraph: its state, its stages and :func:`create_voice_graph`."""

from .context import VoiceContext
from .state import VoiceState
from .voice_graph import create_voice_graph

__all__ = ["VoiceContext", "VoiceState", "create_voice_graph"]
