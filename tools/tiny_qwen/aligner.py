"""The tiny forced aligner: what it is taught, and the proof that it has learnt it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from numpy.random import Generator, default_rng
from qwen_asr import Qwen3ForcedAligner
from qwen_asr.inference.qwen3_forced_aligner import Qwen3ForceAlignProcessor

from . import checkpoint
from .conditions import say_somehow
from .sentences import SENTENCES, say, utterances
from .training import IGNORED, Example, example, learn

ALIGNED = ("en", "zh", "es", "fr", "de")
"""Languages of ours that the real aligner knows and whose words are spoken one by one here."""

TOLERANCE_S = 0.2
"""Half a word; of sentences that are said clearly."""

_EXAMPLES = 1_000
_STEPS = 450


def train(folder: Path, seed: int) -> None:
    """Make the checkpoint.

    Raises:
        AssertionError: it did not learn to tell times; another seed may.
    """
    torch.set_num_threads(1)
    processor = checkpoint.make_processor(*checkpoint.learn_vocabulary())
    torch.manual_seed(seed)
    model = checkpoint.make_model(processor.tokenizer, aligner=True)
    learn(model, examples(processor, _EXAMPLES, default_rng(seed)), steps=_STEPS, seed=seed, blur=1.5)
    checkpoint.save(model, processor, folder, aligner=True)
    check(folder)


def check(folder: Path) -> None:
    """Have qwen-asr align every sentence with the checkpoint.

    Raises:
        AssertionError: a word's time is wrong by more than :data:`TOLERANCE_S`.
    """
    aligner = Qwen3ForcedAligner.from_pretrained(str(folder))
    for said in utterances().values():
        if said.language.code not in ALIGNED:
            continue
        aligned = aligner.align((said.audio.samples, said.audio.rate), said.text, said.language.name)[0]
        for word, truth in zip(aligned.items, said.words, strict=True):
            error_s = max(abs(word.start_time - truth.start_s), abs(word.end_time - truth.end_s))
            assert error_s <= TOLERANCE_S, f"{truth} → {word}"


def examples(processor: Any, count: int, rng: Generator) -> list[Example]:
    """Sentences said with other pauses each time: only the sound tells when a word was said."""
    writer = Qwen3ForceAlignProcessor()
    return [_example(processor, writer, rng) for _ in range(count)]


def _example(processor: Any, writer: Any, rng: Generator) -> Example:
    known = [sentence for sentence in SENTENCES if sentence.language.code in ALIGNED]
    sentence = known[rng.integers(len(known))]
    said = say(sentence) if rng.random() < 0.2 else say_somehow(sentence, rng)
    _, text = writer.encode_timestamp(said.text, said.language.name)
    read = example(processor, text, said.audio.samples)
    times = [time for word in said.words for time in (word.start_s, word.end_s)]
    asked = read.ids == processor.tokenizer.convert_tokens_to_ids("<timestamp>")
    labels = torch.full_like(read.ids, IGNORED)
    labels[asked] = torch.tensor([round(time * 1000 / checkpoint.TIMESTAMP_MS) for time in times])
    return Example(read.ids, labels, read.features)
