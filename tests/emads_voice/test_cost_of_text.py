"""What a stranger types, a recogniser hears and a model answers costs by the character the same at any length.

Each function that reads such text is given rows of what its patterns look for. A cost that grows with the square of
the length is ten times as much for the long text; six times is allowed for, as the machine does other things too.
"""

import gc
import time
from collections.abc import Callable

import pytest

from emads_voice.agents.followup import is_follow_up
from emads_voice.agents.handbook_model import _sentences
from emads_voice.agents.handbook_wording import asked_side
from emads_voice.agents.router import _parts, addressed_agents
from emads_voice.agents.text import content_words, looks_vietnamese, sound
from emads_voice.channels.back_channel import is_back_channel
from emads_voice.channels.playout import Line
from emads_voice.channels.yes_or_no import agrees
from emads_voice.testing import ScriptedAgent
from emads_voice.voice.endpointing import Said, default_endpointing
from emads_voice.voice.hallucinations import echoes, plausible
from emads_voice.voice.languages import ENGLISH, VIETNAMESE
from emads_voice.voice.pieces import join_texts, lines
from emads_voice.voice.qwen_answer import parse
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.sentences import split_sentences
from emads_voice.voice.speakable import speakable
from emads_voice.voice.subtitles import to_srt
from emads_voice.voice.text_language import identify
from emads_voice.voice.vad import Span
from emads_voice.voice.word_times import estimated

SHORT, LONG, ALLOWED = 800, 8_000, 6

ROWS = [
    "a",
    "a.",
    "1. ",
    "x" * 250 + "y",
    "a b c, ",
    "*",
    "[",
    "![",
    "_a",
    "``a",
    "<a ",
    "http://a@",
    "oh",
    "no ",
    "ừ ",
    " ",
    "\n",
    "-",
    "!",
]
ROWS += ["好", "\u0301", "\u200d", "\u1100", "risk ", "ask the ", "language ", "và ", "“", "tôi "]

_agents = [ScriptedAgent("cto", []), ScriptedAgent("risk", [])]
_endpointing = default_endpointing()


def _heard(text: str) -> str:
    line = Line(text, 8_000)
    line.played = 8_000
    return line.heard


READERS: dict[str, Callable[[str], object]] = {
    "follow-up": is_follow_up,
    "side": asked_side,
    "parts": _parts,
    "addressed": lambda text: addressed_agents(text, _agents),
    "words": content_words,
    "sound": sound,
    "accents": looks_vietnamese,
    "sentences of the handbook": _sentences,
    "yes or no": agrees,
    "back-channel": is_back_channel,
    "heard": _heard,
    "end of an utterance": lambda text: [
        _endpointing.silence_s(Said(text, language, 2.0)) for language in (ENGLISH, VIETNAMESE)
    ],
    "invented": lambda text: plausible(text, context="EMADS, Kubernetes", speech_s=60),
    "echo": lambda text: echoes(text, text),
    "answer of Qwen": parse,
    "joined": join_texts,
    "lines": lambda text: lines([Segment(f" {each}", 0, 1) for each in text]),
    "sentences": lambda text: split_sentences(text, "en"),
    "sentences in Thai": lambda text: split_sentences(text, "th"),
    "speakable": speakable,
    "subtitles": lambda text: to_srt(Transcript(text, ENGLISH, 60, "m", (Segment(text, 0, 60),))),
    "language": lambda text: identify(text, (ENGLISH, VIETNAMESE)),
    "times of words": lambda text: estimated(text, [Span(0, 5), Span(6, 9)]) if text.strip() else None,
}


def cost(read: Callable[[str], object], text: str) -> float:
    """Seconds of this thread a character, at best: what else the machine does is not counted."""
    costs = []
    gc.disable()  # it would look through everything that other tests have loaded
    try:
        for _ in range(3):
            began = time.thread_time()
            read(text)
            costs.append((time.thread_time() - began) / len(text))
            if costs[-1] > 1e-4:  # as slow as that it is not noise
                break
    finally:
        gc.enable()
    return min(costs)


@pytest.mark.parametrize("reader", READERS)
def test_a_long_text_costs_by_the_character_what_a_short_one_costs(reader: str) -> None:
    read = READERS[reader]
    read("How are the servers?")  # loads what it loads once
    for row in ROWS:
        short, long = (cost(read, row * (length // len(row) + 1)) for length in (SHORT, LONG))
        assert long < ALLOWED * short, f"{row[:8]!r}: {short * 1e6:.2f} µs a character, then {long * 1e6:.2f}"
