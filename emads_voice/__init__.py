"""A voice for LangGraph multi-agent systems: speech in, specialists consulted, speech out.

The public names are loaded when they are first used, so that importing the package, or its command line,
does not wait for all of LangGraph.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .quiet import keep_quiet

if TYPE_CHECKING:
    from .agents import Agent, Analysis, Decision, HandbookModel, Router, create_specialist, from_runnable
    from .assembly import Assistant, assemble
    from .channels.turn import Turn, run_turn
    from .graph import VoiceContext, VoiceState, create_voice_graph
    from .settings import Settings
    from .voice.audio import Audio
    from .voice.backends import init_recognizer, init_synthesizer
    from .voice.ear import ClipEar, Ear, TypedEar
    from .voice.mouth import ClipMouth, Mouth, SilentMouth

keep_quiet()  # before anything else is imported

_HOMES = {
    "agents": (
        "Agent",
        "Analysis",
        "Decision",
        "HandbookModel",
        "Router",
        "create_specialist",
        "from_runnable",
    ),
    "assembly": ("Assistant", "assemble"),
    "channels.turn": ("Turn", "run_turn"),
    "graph": ("VoiceContext", "VoiceState", "create_voice_graph"),
    "settings": ("Settings",),
    "voice.audio": ("Audio",),
    "voice.backends": ("init_recognizer", "init_synthesizer"),
    "voice.ear": ("ClipEar", "Ear", "TypedEar"),
    "voice.mouth": ("ClipMouth", "Mouth", "SilentMouth"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Agent",
    "Analysis",
    "Assistant",
    "Audio",
    "ClipEar",
    "ClipMouth",
    "Decision",
    "Ear",
    "HandbookModel",
    "Mouth",
    "Router",
    "Settings",
    "SilentMouth",
    "Turn",
    "TypedEar",
    "VoiceContext",
    "VoiceState",
    "assemble",
    "create_specialist",
    "create_voice_graph",
    "from_runnable",
    "init_recognizer",
    "init_synthesizer",
    "run_turn",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME_OF[name]}", __name__), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
