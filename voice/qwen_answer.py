"""What Qwen3-ASR writes: ``language Vietnamese<asr_text>Chi phí là bao nhiêu?``."""

from __future__ import annotations

import re

from .guards import Heard
from .languages import known_language

_ANSWER = re.compile(r"\s*language\s+([^<]*?)\s*<asr_text>(.*)", re.DOTALL)


def parse(raw: str) -> Heard | None:
    """The text and the languages in a raw answer; None where it is none.

    "None" names no language, as for silence.
    """
    answer = _ANSWER.fullmatch(raw)
    return heard(answer[1], answer[2]) if answer else None


def heard(named: str, text: str) -> Heard:
    """An answer with its languages as the model names them: "Chinese,English" are two, the first spoken most."""
    languages = list(dict.fromkeys(filter(None, map(known_language, named.split(",")))))
    return Heard(text.strip(), languages[0] if languages else None, other_languages=tuple(languages[1:]))
