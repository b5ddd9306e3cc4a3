"""The recogniser and the synthesiser the settings name, without the rest of an assistant: loads in no time."""

from __future__ import annotations

from pydantic import SecretStr

from emads_voice.settings import Settings
from emads_voice.voice.backends import init_recognizer, init_synthesizer
from emads_voice.voice.recognizer import Recognizer
from emads_voice.voice.synthesizer import Synthesizer


def make_recognizer(settings: Settings) -> Recognizer:
    """The recogniser, with its fallbacks, EMADS_ASR names.

    Raises:
        BackendError: there is none of that name, or it is not installed.
    """
    return init_recognizer(
        settings.asr,
        languages=settings.languages,
        models_dir=settings.models_dir,
        base_url=settings.asr_url,
        api_key=_secret(settings.asr_key),
        aligner=settings.aligner,
    )


def make_synthesizer(settings: Settings) -> Synthesizer:
    """The synthesiser, with its fallbacks, EMADS_TTS names.

    Raises:
        BackendError: there is none of that name, or it is not installed.
    """
    return init_synthesizer(
        settings.tts,
        models_dir=settings.models_dir,
        base_url=settings.tts_url,
        api_key=_secret(settings.tts_key),
    )


def synthesizers(settings: Settings) -> list[Synthesizer]:
    """The synthesisers EMADS_TTS names, each by itself; the first that has a language speaks it."""
    return [make_synthesizer(settings.model_copy(update={"tts": name})) for name in settings.tts.split("|")]


def fell_back(recognizer: Recognizer, model: str) -> bool:
    """Whether something was transcribed by another than the first of several recognisers.

    Args:
        recognizer: what was asked.
        model: what transcribed it, from the transcript.
    """
    return model in recognizer.name.split("|")[1:]


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value else None
