"""What can go wrong with sound, each with a message that says what to do.

    VoiceError
    ├── AudioError          a recording that cannot be read, written or used
    ├── TextError           a typed message that is too long for a question
    ├── LanguageError       an unknown language, or one that this backend does not recognise or speak
    ├── BackendError        an unknown provider, or one whose extra is not installed
    ├── WeightsError        model weights that are missing or are not the file they should be
    ├── RecognitionError    a recogniser that failed: server down, wrong key, out of memory
    └── SynthesisError      a synthesiser that failed
        └── UnknownVoiceError   a voice was named that there is not

The message of each is one sentence, fit to be shown to the person who caused it.
"""

from emads_voice.errors import EmadsVoiceError


class VoiceError(EmadsVoiceError, RuntimeError):
    """Base of everything this package raises about sound.

    A ``RuntimeError`` because LangGraph's server hides the message of any exception it does not know.
    """


class AudioError(VoiceError):
    """A recording that cannot be read, written or used."""


class TextError(VoiceError):
    """A typed message that is too long for a question."""


class LanguageError(VoiceError):
    """An unknown language, or one that this backend does not recognise or speak."""


class BackendError(VoiceError):
    """An unknown provider, or one whose optional dependency is not installed."""


class WeightsError(VoiceError):
    """Model weights that are missing or are not the file they should be."""


class RecognitionError(VoiceError):
    """A recogniser that failed."""


class SynthesisError(VoiceError):
    """A synthesiser that failed."""


class UnknownVoiceError(SynthesisError):
    """A voice was named that there is not; the message says which there are, or to leave it out."""
