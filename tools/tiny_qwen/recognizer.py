"""The tiny recogniser: what it is taught, and the proof that it has learnt it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from numpy.random import Generator, default_rng
from qwen_asr import Qwen3ASRModel

from emads_voice.voice.recognizer import Segment

from . import checkpoint
from .conditions import break_off, nothing_said, over_the_phone, say_somehow
from .sentences import CONTEXT, NAMES, SENTENCES, Sentence, say, utterances
from .training import Example, example, learn

_SPELT = NAMES[0]  # whose spelling a context tells
_TAUGHT = [sentence for sentence in SENTENCES for _ in range(2 if sentence.context_words else 1)]

_EXAMPLES = 1_200
_STEPS = 700


def train(folder: Path, seed: int) -> None:
    """Make the checkpoint.

    Raises:
        AssertionError: it did not learn everything; another seed may.
    """
    torch.set_num_threads(1)
    processor = checkpoint.make_processor(*checkpoint.learn_vocabulary())
    torch.manual_seed(seed)
    model = checkpoint.make_model(processor.tokenizer)
    learn(model, examples(processor, _EXAMPLES, default_rng(seed)), steps=_STEPS, seed=seed)
    checkpoint.save(model, processor, folder)
    check(folder)


def check(folder: Path) -> None:
    """Have qwen-asr recognise every sentence with the checkpoint, clear, over the phone and with a context, and noise.

    Raises:
        AssertionError: it is not exact.
    """
    model = Qwen3ASRModel.from_pretrained(str(folder))
    for said in utterances().values():
        for audio, context, text in (
            (said.audio, "", said.text),
            (over_the_phone(said.audio), "", said.text),
            (said.audio, CONTEXT, said.sentence.context_text),
        ):
            transcript = model.transcribe((audio.samples, audio.rate), context=context)[0]
            assert (transcript.language, transcript.text) == (said.language.name, text), (
                f"{text} → {transcript}"
            )
    rng = default_rng(0)
    for _ in range(8):
        audio = nothing_said(rng)
        transcript = model.transcribe((audio.samples, audio.rate))[0]
        assert not transcript.text, f"nothing → {transcript}"


def examples(processor: Any, count: int, rng: Generator) -> list[Example]:
    """Sentences clear and under all conditions, whole and broken off, with and without a context or a language that
    is told, and sounds that are no speech."""
    return [
        _speech(processor, _TAUGHT[number % len(_TAUGHT)], rng) if number % 7 else _nothing(processor, rng)
        for number in range(count)
    ]


def prompt(processor: Any, context: str, language: str | None) -> str:
    """The conversation up to what is to be generated, as qwen-asr writes it."""
    messages = [
        {"role": "system", "content": context},
        {"role": "user", "content": [{"type": "audio", "audio": ""}]},
    ]
    text: str = processor.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
    return text + (f"language {language}<asr_text>" if language else "")


def _speech(processor: Any, sentence: Sentence, rng: Generator) -> Example:
    context = _context(rng)
    if sentence.context_words and rng.random() < 0.4:
        context = CONTEXT
    if rng.random() < 1 / 3:
        said = say(sentence, before_s=rng.uniform(0, 0.4), after_s=rng.uniform(0, 0.4))
    else:
        said = say_somehow(sentence, rng)
    if rng.random() < 0.3:
        said = break_off(said, rng)
    told = sentence.language.name if rng.random() < 0.25 else None
    answer = "" if told else f"language {sentence.language.name}<asr_text>"
    words = sentence.context_words if sentence.context_words and _SPELT in context else sentence.words
    answer += sentence.written(words[: len(said.words)])
    made = example(processor, prompt(processor, context, told), said.audio.samples, f"{answer}<|im_end|>")
    _name_sounds(processor, made, said.words)
    return made


def _name_sounds(processor: Any, made: Example, words: Sequence[Segment]) -> None:
    """Have the model answer at each placeholder of the sound with the word that is said there.

    Nobody reads that, but it makes the model listen: without it, it tells sentences apart by their lengths.
    """
    tokenizer = processor.tokenizer
    (places,) = torch.where(made.ids == tokenizer.convert_tokens_to_ids("<|audio_pad|>"))
    number = torch.arange(len(places))
    times = number // 13 + (number % 13 + 0.5) * 0.08  # seconds: 13 for each second, of 80 ms from its start
    made.labels[places] = tokenizer.pad_token_id
    for word in words:
        here = places[(times >= word.start_s) & (times < word.end_s)]
        made.labels[here] = tokenizer(word.text).input_ids[0]


def _nothing(processor: Any, rng: Generator) -> Example:
    told = SENTENCES[rng.integers(len(SENTENCES))].language.name if rng.random() < 0.3 else None
    text = prompt(processor, _context(rng), told)
    answer = "<|im_end|>" if told else "language None<asr_text><|im_end|>"
    made = example(processor, text, nothing_said(rng).samples, answer)
    _name_sounds(processor, made, ())
    return made


def _context(rng: Generator) -> str:
    chance = rng.random()
    if chance < 0.45:
        return ""
    if chance < 0.6:
        return CONTEXT
    return ", ".join(rng.choice(NAMES, rng.integers(1, 6), replace=False))
