"""Fakes, scripted and deterministic, for this project's tests and for yours.

ScriptedRecognizer, ScriptedSynthesizer    hear and speak what they are told
ScriptedTurnModel                          judges what it is told
ScriptedAgent, ScriptedRouter              answer and route what they are told
ScriptedLine, LoudnessVad                  a telephone line with a caller of yours, and a judge of voices for it
run_virtual, VirtualTimeLoop               an event loop whose clock jumps instead of waiting
"""

from .agents import ScriptedAgent, ScriptedRouter
from .line import LoudnessVad, ScriptedLine
from .speech import ScriptedRecognizer, ScriptedSynthesizer, ScriptedTurnModel
from .virtual_time import VirtualTimeLoop, run_virtual

__all__ = [
    "LoudnessVad",
    "ScriptedAgent",
    "ScriptedLine",
    "ScriptedRecognizer",
    "ScriptedRouter",
    "ScriptedSynthesizer",
    "ScriptedTurnModel",
    "VirtualTimeLoop",
    "run_virtual",
]
