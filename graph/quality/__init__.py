"""Recorded calls judged, as a LangGraph: ``transcribe → compliance → quality → training``; see
:func:`create_quality_graph`."""

from .context import QualityContext
from .quality_graph import create_quality_graph
from .state import QualityInput, QualityState

__all__ = ["QualityContext", "QualityInput", "QualityState", "create_quality_graph"]
