"""What Qwen3-ASR writes: ``language Vietnamese<asr_text>Chi phí là bao nhiêu?``."""

from __future__ import annotations

import re

from .errors import LanguageError
from .guards import Heard
from .languages import Language, find_language

_ANSWER = re.compile(r"\s*language\s+([^<]*?)\s*<asr_text>(.*)", re.DOTALL)


def parse(raw: str) -> Heard | None:
    """The text and the languages in a raw answer; None where it is none.

    "None" names no language, as for silence; "Chinese,English" names two, the first spoken most.
    """
    answer = _ANSWER.fullmatch(raw)
    if not answer:
        return None
    named = [found for name in answer[1].split(",") if (found := _find(name))]
    return Heard(answer[2].strip(), named[0] if named else None, other_languages=tuple(named[1:]))


def _find(name: str) -> Language | None:
    try:
        return find_language(name)
    except LanguageError:
        return None
