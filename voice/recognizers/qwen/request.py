"""What Qwen3-ASR is asked besides the sound: the language by its name, and how long its answer may be."""

from __future__ import annotations

from emads_voice.voice.errors import LanguageError
from emads_voice.voice.languages import LANGUAGES, Language, find_language

TOKENS_PER_S = 25
"""The most tokens an answer may have per second of sound. Thai and Hindi, the wordiest, need about 20 in Whisper's
vocabulary, less in Qwen's. The package's own limit, 512 in all, would cut off what is said in three minutes."""

_HEAD_TOKENS = 64  # "language Vietnamese<asr_text>", and room for a hasty word


def token_limit(seconds: float) -> int:
    """The most tokens an answer to so much sound may have."""
    return _HEAD_TOKENS + round(TOKENS_PER_S * seconds)


def told_name(language: Language | None) -> str | None:
    """The name by which Qwen3-ASR is told a language; of a dialect, that of the language it belongs to.

    Raises:
        LanguageError: Qwen3-ASR does not hear it.
    """
    if language is None:
        return None
    if language not in LANGUAGES:
        raise LanguageError(f"Qwen3-ASR cannot hear {language.name}: choose another recogniser or language.")
    return find_language(language.base_code).name
