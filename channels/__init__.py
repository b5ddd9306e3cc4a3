"""Ways in: what decides which Ear and Mouth a run gets."""

from .turn import Turn, VoiceGraph, run_turn

__all__ = ["Turn", "VoiceGraph", "run_turn"]
