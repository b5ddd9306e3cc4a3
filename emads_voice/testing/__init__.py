"""Fakes, scripted and deterministic, for this project's tests and for yours.

ScriptedRecognizer, ScriptedSynthesizer    hear and speak what they are told
ScriptedTurnModel                          judges what it is told
ScriptedAgent, ScriptedRouter              answer and route what they are told
ScriptedLine, LoudnessVad                  a telephone line with a caller of yours, and a judge of voices for it
run_virtual, VirtualTimeLoop               an event loop whose clock jumps instead of waiting
recognition_server (a module)              a server that speaks as vLLM does, with any recogniser behind it
media_fuzz (a module)                      damaged media streams, and what must hold whatever comes
RecognizerConformance, SynthesizerConformance, Sample
                                           tests for a backend of yours to inherit; they need pytest
"""

from typing import TYPE_CHECKING, Any

from .agents import ScriptedAgent, ScriptedRouter
from .line import LoudnessVad, ScriptedLine
from .speech import ScriptedRecognizer, ScriptedSynthesizer, ScriptedTurnModel
from .virtual_time import VirtualTimeLoop, run_virtual

if TYPE_CHECKING:
    from .conformance import RecognizerConformance, Sample, SynthesizerConformance

__all__ = [
    "LoudnessVad",
    "RecognizerConformance",
    "Sample",
    "ScriptedAgent",
    "ScriptedLine",
    "ScriptedRecognizer",
    "ScriptedRouter",
    "ScriptedSynthesizer",
    "ScriptedTurnModel",
    "SynthesizerConformance",
    "VirtualTimeLoop",
    "run_virtual",
]


def __getattr__(name: str) -> Any:
    if name not in ("RecognizerConformance", "Sample", "SynthesizerConformance"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import conformance  # imports pytest, which not everybody has

    return getattr(conformance, name)
