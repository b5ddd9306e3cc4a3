"""Meetings as a LangGraph: ``transcribe → analyst → scheduler → summary``; see :func:`create_meeting_graph`."""

from .context import MeetingContext
from .meeting_graph import create_meeting_graph
from .state import MeetingInput, MeetingState

__all__ = ["MeetingContext", "MeetingInput", "MeetingState", "create_meeting_graph"]
