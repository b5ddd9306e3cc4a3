"""A phrase in the language of a conversation."""

from __future__ import annotations

from emads_voice.messages import Catalogue, Phrase
from emads_voice.voice.languages import ENGLISH, Language


def phrase(
    catalogue: Catalogue, which: Phrase, language: Language, **values: str | float
) -> tuple[str, Language]:
    """A phrase in the caller's language, or in English where it is not there, and the language it is in."""
    spoken = catalogue.phrases(language.base_code)
    return spoken.text(which, **values), language if spoken.code == language.base_code else ENGLISH
