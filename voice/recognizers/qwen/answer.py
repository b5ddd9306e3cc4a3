"""What Qwen3-ASR writes: ``language Vietnamese<asr_text>Chi phí là bao nhiêu?``."""

from __future__ import annotations

import re

from emads_voice.voice.languages import known_language
from emads_voice.voice.transcription.guards import Hypothesis

_ANSWER = re.compile(r"\s*language\s+([^<]*?)\s*<asr_text>(.*)", re.DOTALL)


def parse(raw: str) -> Hypothesis | None:
    """The hypothesis in a raw answer; None where the text is not such an answer.

    The model writes the language "None" for silence: the hypothesis then has no language.
    """
    answer = _ANSWER.fullmatch(raw)
    return hypothesis(answer[1], answer[2]) if answer else None


def hypothesis(named: str, text: str) -> Hypothesis:
    """A hypothesis whose languages are as the model names them: of "Chinese,English" the first is spoken most."""
    languages = list(dict.fromkeys(filter(None, map(known_language, named.split(",")))))
    return Hypothesis(text.strip(), languages[0] if languages else None, other_languages=tuple(languages[1:]))
