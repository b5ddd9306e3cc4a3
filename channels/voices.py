"""What a process shares between all its conversations."""

from __future__ import annotations

from dataclasses import dataclass

from emads_voice.voice.live_vad import LiveVad
from emads_voice.voice.recognizer import Recognizer
from emads_voice.voice.synthesizer import Synthesizer

from .ahead import Ahead
from .turn import VoiceGraph


@dataclass(frozen=True, slots=True)
class Voices:
    """The parts of every live conversation.

    Attributes:
        graph: compiled with a checkpointer.
        recognizer: hears.
        synthesizer: speaks.
        vad: judges voice activity.
        ahead: what the graph's agents and router, and the synthesizer, are wrapped in; None never thinks ahead.
    """

    graph: VoiceGraph
    recognizer: Recognizer
    synthesizer: Synthesizer
    vad: LiveVad
    ahead: Ahead | None = None
