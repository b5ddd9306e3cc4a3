"""The conversation as a LangGraph: its state, its stages and :func:`create_voice_graph`."""

from .context import VoiceContext
from .state import VoiceInput, VoiceState
from .voice_graph import create_voice_graph

__all__ = ["VoiceContext", "VoiceInput", "VoiceState", "create_voice_graph"]
