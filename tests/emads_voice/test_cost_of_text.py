"""What a stranger types, a recogniser hears and a model answers costs by the character the same at any length.

Each function that reads such text is given rows of what its patterns look for. A cost that grows with the square of
the length is ten times as much for the long text; six times is allowed for, as the machine does other things too.
"""

import gc
import time
from collections.abc import Callable

import pytest

from emads_voice.agents.accents import Accents
from emads_voice.agents.chat.answer_in_json import AnswerInJson
from emads_voice.agents.dialogue import (
    Dialogue,
    agrees,
    declines,
    listens,
    mentions,
    questions_in,
    refuses,
    shows_presence,
)
from emads_voice.agents.dialogue.recognition import _dialogue_act, beside_question, can_be_declined
from emads_voice.agents.guards.claims import claims
from emads_voice.agents.guards.instructions import Instructions, begins_to_tell
from emads_voice.agents.handbook.expecting import can_answer
from emads_voice.agents.handbook.features import features
from emads_voice.agents.handbook.model import _sentences
from emads_voice.agents.handbook.options import compared
from emads_voice.agents.handbook.parts import parts
from emads_voice.agents.handbook.premises import premise
from emads_voice.agents.handbook.wording import asked_side
from emads_voice.agents.routing.addressing import addressed_agents
from emads_voice.agents.routing.followup import is_follow_up
from emads_voice.agents.routing.router import _parts
from emads_voice.agents.secret_keys import take_keys
from emads_voice.agents.sentences import split
from emads_voice.agents.text import content_words, sound
from emads_voice.channels.conversation.opening.screening import what_answers
from emads_voice.channels.questions.keyed import keys_of
from emads_voice.channels.speaking.playout import Sentence
from emads_voice.observability import redact
from emads_voice.testing import ScriptedAgent
from emads_voice.vietnamese import is_vietnamese
from emads_voice.voice.activity.vad import Span
from emads_voice.voice.endpointing import Said, default_endpointing
from emads_voice.voice.languages import ENGLISH, VIETNAMESE
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.recognizers.qwen.answer import parse
from emads_voice.voice.text.answer import SpokenAnswer
from emads_voice.voice.text.conversation_language import conversation_language
from emads_voice.voice.text.language import identify
from emads_voice.voice.text.sentences import split_sentences
from emads_voice.voice.text.speakable import speakable
from emads_voice.voice.transcription.echoes import echoes
from emads_voice.voice.transcription.hallucinations import plausible
from emads_voice.voice.transcription.joining import join_texts
from emads_voice.voice.transcription.subtitle_lines import lines
from emads_voice.voice.transcription.subtitles import to_srt
from emads_voice.voice.transcription.word_times import estimated
from emads_voice.writing import storable

SHORT, LONG, ALLOWED = 800, 8_000, 6

ROWS = [
    "a",
    "a.",
    "1. ",
    "x" * 250 + "y",
    "a b c, ",
    "*",
    "`",
    "|",
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
ROWS += [
    "0 9 ",
    "1-",
    "(0",
    "không ",
    "double ",
    "a còng ",
    "at gmail dot ",
    "a chấm ",
    "iban d ",
    "FR14 ",
    "nhầm 123 ",
]
ROWS += ["好", "\u0301", "\u200d", "\u1100", "risk ", "ask the ", "language ", "và ", "“", "tôi "]

_agents = [ScriptedAgent("cto", [], titles=("Head of Technology",)), ScriptedAgent("risk", [])]
_accents = Accents(["Tôi hỏi rủi ro và tối ưu, tới đâu?", "ask the risk language"])
_endpointing = default_endpointing()


def _played(text: str) -> str:
    sentence = Sentence(text, 8_000)
    sentence.played_samples = 8_000
    return sentence.played


def _replaced(text: str) -> int:
    answer = SpokenAnswer(ENGLISH)
    answer.feed(text)
    while answer.take():
        pass
    return answer.finish(text + " Not at all.\n" + text)


_instructions = Instructions("You ask the risk. " * 50)

READERS: dict[str, Callable[[str], object]] = {
    "dialogue act": lambda text: _dialogue_act.__wrapped__(text, ()),  # what it remembers costs nothing
    "said in passing": lambda text: mentions(text, "anew"),
    "answer to a question": lambda text: Dialogue().act("Stop.", asked=questions_in(text + "?")),
    "offer turned down": declines,
    "follow-up": is_follow_up,
    "side": asked_side,
    "parts": _parts,
    "addressed": lambda text: addressed_agents(text, _agents),
    "accents given back": _accents.restored,
    "compared": compared,
    "premise": premise,
    "several questions": parts,
    "kind of answer": lambda text: can_answer(text, [text]),
    "features": features,
    "words": content_words,
    "sound": sound,
    "accents": is_vietnamese,
    "storable": lambda text: storable(f"{text}\ud800{text}\0"),
    "sentences of the handbook": _sentences,
    "yes or no": agrees,
    "listening": listens,
    "no": refuses,
    "presence": shows_presence,
    "acts beside a question": beside_question,
    "declinable": can_be_declined,
    "what answers a call": what_answers,
    "keys": keys_of,
    "secret keys": take_keys,
    "personal data": redact,
    "played": _played,
    "end of an utterance": lambda text: [
        _endpointing.silence_s(Said(text, language, 2.0, asked=text)) for language in (ENGLISH, VIETNAMESE)
    ],
    "invented": lambda text: plausible(text, hotwords=["EMADS", "Kubernetes"], speech_s=60),
    "echo": lambda text: echoes(text, text.split(",")),
    "answer of Qwen": parse,
    "joined": join_texts,
    "lines": lambda text: lines([Segment(f" {each}", 0, 1) for each in text]),
    "sentences": lambda text: split_sentences(text, "en"),
    "answer that was replaced": _replaced,
    "sentences in Thai": lambda text: split_sentences(text, "th"),
    "speakable": speakable,
    "subtitles": lambda text: to_srt(Transcript(text, ENGLISH, 60, "m", (Segment(text, 0, 60),))),
    "language": lambda text: identify(text, (ENGLISH, VIETNAMESE)),
    "language of a conversation": lambda text: conversation_language(text, ENGLISH, VIETNAMESE),
    "claims": claims,
    "instructions": lambda text: (begins_to_tell(text), _instructions.repeated_in(text, text)),
    "sentences of a model": split,
    "answer in a form": lambda text: AnswerInJson().add('{"answer": "' + text),
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
