"""Fakes, scripted and deterministic, for this project's tests and for yours.

ScriptedRecognizer, ScriptedSynthesizer    hear and speak what they are told
ScriptedTurnModel                          judges what it is told
ScriptedAgent, ScriptedRouter              answer and route what they are told
ScriptedLine, LoudnessVad                  a telephone line with a caller of yours, and a judge of voices for it
MemoryAuditLog                             an audit log in a list
run_virtual, VirtualTimeLoop               an event loop whose clock jumps instead of waiting
recognition_server (a module)              a server that speaks as vLLM does, with any recogniser behind it
RecognizerConformance, SynthesizerConformance, Sample
                                           tests for a backend of yours to inherit; they need pytest
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
