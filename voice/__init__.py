"""Sound and nothing else: audio, languages, recognisers, synthesisers, Ear and Mouth.

The public names are loaded when they are first used: whoever needs an error or a language does not wait for
numpy, and nobody waits for a model's library before a model is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .audio import Audio
    from .backends import init_recognizer, init_synthesizer
    from .ear import ClipEar, Ear, TypedEar
    from .errors import (
        AudioError,
        BackendError,
        LanguageError,
        RecognitionError,
        SynthesisError,
        TextError,
        VoiceError,
        WeightsError,
    )
    from .languages import LANGUAGES, Language, find_language
    from .mouth import ClipMouth, Mouth, SilentMouth, Speech
    from .recognizer import Recognizer, Segment, Transcript
    from .recognizer_ladder import RecognizerLadder
    from .synthesizer import Synthesizer
    from .synthesizer_ladder import SynthesizerLadder

_HOMES = {
    "audio": ("Audio",),
    "backends": ("init_recognizer", "init_synthesizer"),
    "ear": ("ClipEar", "Ear", "TypedEar"),
    "errors": (
        "AudioError",
        "BackendError",
        "LanguageError",
        "RecognitionError",
        "SynthesisError",
        "TextError",
        "VoiceError",
        "WeightsError",
    ),
    "synthesizer_ladder": ("SynthesizerLadder",),
    "languages": ("LANGUAGES", "Language", "find_language"),
    "mouth": ("ClipMouth", "Mouth", "SilentMouth", "Speech"),
    "recognizer": ("Recognizer", "Segment", "Transcript"),
    "recognizer_ladder": ("RecognizerLadder",),
    "synthesizer": ("Synthesizer",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "LANGUAGES",
    "Audio",
    "AudioError",
    "BackendError",
    "ClipEar",
    "ClipMouth",
    "Ear",
    "Language",
    "LanguageError",
    "Mouth",
    "RecognitionError",
    "Recognizer",
    "RecognizerLadder",
    "Segment",
    "SilentMouth",
    "Speech",
    "SynthesisError",
    "Synthesizer",
    "SynthesizerLadder",
    "TextError",
    "Transcript",
    "TypedEar",
    "VoiceError",
    "WeightsError",
    "find_language",
    "init_recognizer",
    "init_synthesizer",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME_OF[name]}", __name__), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
