"""The files of a tiny Qwen3-ASR, made with qwen-asr's own classes: tokenizer, feature extractor, configuration.

qwen-asr stops generating at the token ids 151645 and 151643 and at no other, so the saved vocabulary is as large as
the real model's. Nearly all of it is unused, and training it would take minutes: the model is trained with a
vocabulary of the tokens that occur, and given the others when it is saved.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import torch
from qwen_asr.core.transformers_backend import (
    Qwen3ASRConfig,
    Qwen3ASRForConditionalGeneration,
    Qwen3ASRProcessor,
)
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import Qwen2TokenizerFast, WhisperFeatureExtractor

from .sentences import NAMES, SENTENCES

FIRST_SPECIAL = 151_643
"""The id of ``<|endoftext|>`` in Qwen's vocabulary; ``<|im_end|>`` comes two later."""

TIMESTAMP_MS = 80
"""The forced aligner's grid: an audio token of the encoder covers 77 ms."""

TIMESTAMPS = 400
"""Points of the aligner's grid, 32 s of them."""

_SPECIALS = (
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|audio_start|>",
    "<|audio_end|>",
    "<|audio_pad|>",
    "<asr_text>",
    "<timestamp>",
)
_IN_TEXT = _SPECIALS[6:]  # not left out when generated tokens are decoded
_MERGED = 512  # tokens of bytes and of what is merged from them: nearly every word becomes one

# The conversation as the real model's template writes it: a system message, which is the context, and one sound.
_CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message.role + '\n' }}"
    "{% if message.content is string %}{{ message.content }}{% else %}{% for part in message.content %}"
    "{{ part.text if part.type == 'text' else '<|audio_start|><|audio_pad|><|audio_end|>' }}"
    "{% endfor %}{% endif %}{{ '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def learn_vocabulary() -> tuple[list[str], list[tuple[str, str]]]:
    """Byte-pair tokens, in the order of their ids, and merges, for all words with and without a space before."""
    words = [*NAMES]
    for sentence in SENTENCES:
        words += [*sentence.words, *sentence.context_words, sentence.language.name]
    learner = Tokenizer(models.BPE())
    learner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    learner.train_from_iterator(
        (before + word for word in words for before in ("", " ")),
        trainers.BpeTrainer(vocab_size=_MERGED, initial_alphabet=alphabet, show_progress=False),
    )
    model = json.loads(learner.to_str())["model"]
    return sorted(model["vocab"], key=model["vocab"].__getitem__), [(a, b) for a, b in model["merges"]]


def make_processor(
    tokens: list[str], merges: list[tuple[str, str]], *, first_special: int | None = None
) -> Any:
    """What turns conversations and sounds into the model's input, special tokens numbered from an id or the next."""
    first_special = len(tokens) if first_special is None else first_special
    unused = [f"<unused {number}>" for number in range(len(tokens), first_special)]
    vocabulary = {token: number for number, token in enumerate([*tokens, *unused, *_SPECIALS])}
    with tempfile.TemporaryDirectory() as folder:
        vocabulary_file, merges_file = Path(folder, "vocab.json"), Path(folder, "merges.txt")
        vocabulary_file.write_text(json.dumps(vocabulary), "utf-8")
        merges_file.write_text("".join(f"{first} {second}\n" for first, second in merges), "utf-8")
        tokenizer = Qwen2TokenizerFast(
            str(vocabulary_file),
            str(merges_file),
            unk_token="<|endoftext|>",
            eos_token="<|im_end|>",
            pad_token="<|endoftext|>",
            additional_special_tokens=["<|im_start|>"],
            extra_special_tokens={
                "audio_token": "<|audio_pad|>",
                "audio_bos_token": "<|audio_start|>",
                "audio_eos_token": "<|audio_end|>",
            },
        )
    tokenizer.add_tokens(list(_IN_TEXT))
    return Qwen3ASRProcessor(
        WhisperFeatureExtractor(feature_size=128), tokenizer, chat_template=_CHAT_TEMPLATE
    )


def make_model(tokenizer: Any, *, aligner: bool = False) -> Any:
    """An untrained model of 0.2 million weights, and its vocabulary's."""
    ids = dict(zip(_SPECIALS, tokenizer.convert_tokens_to_ids(list(_SPECIALS)), strict=True))
    thinker: dict[str, Any] = {
        "audio_token_id": ids["<|audio_pad|>"],
        "audio_start_token_id": ids["<|audio_start|>"],
        "pad_token_id": ids["<|endoftext|>"],
        "audio_config": {
            "num_mel_bins": 128,
            "d_model": 64,
            "encoder_layers": 2,
            "encoder_attention_heads": 4,
            "encoder_ffn_dim": 128,
            "output_dim": 64,
            "downsample_hidden_size": 16,
            "n_window": 50,
            "n_window_infer": 800,
        },
        "text_config": {
            "vocab_size": len(tokenizer),
            "hidden_size": 64,
            "intermediate_size": 128,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "head_dim": 32,  # the smallest that vLLM's attention on a CPU takes
            "rope_scaling": {"rope_type": "default", "mrope_section": [8, 4, 4]},
        },
    }
    if aligner:
        thinker |= {"model_type": "qwen3_forced_aligner", "classify_num": TIMESTAMPS}
    config = Qwen3ASRConfig(
        thinker_config=thinker,
        timestamp_token_id=ids["<timestamp>"],
        timestamp_segment_time=TIMESTAMP_MS,
    )
    return Qwen3ASRForConditionalGeneration(config)


def save(model: Any, processor: Any, folder: Path, *, aligner: bool = False) -> None:
    """Write a trained model as a checkpoint that qwen-asr loads, with the vocabulary's unused tokens added."""
    trained = processor.tokenizer
    text_tokens = len(trained) - len(_SPECIALS)
    vocabulary = sorted(trained.get_vocab(), key=trained.get_vocab().__getitem__)
    merges = json.loads(trained.backend_tokenizer.to_str())["model"]["merges"]
    wide_processor = make_processor(vocabulary[:text_tokens], merges, first_special=FIRST_SPECIAL)
    wide = make_model(wide_processor.tokenizer, aligner=aligner)
    weights = model.state_dict()
    for name, tensor in weights.items():
        if tensor.shape != wide.state_dict()[name].shape:  # a row for each token
            # The sound's placeholder is never generated: nor is anything that looks like it.
            unused = tensor[[trained.convert_tokens_to_ids("<|audio_pad|>")]]
            filler = unused.expand(FIRST_SPECIAL - text_tokens, -1)
            weights[name] = torch.cat([tensor[:text_tokens], filler, tensor[text_tokens:]])
    wide.load_state_dict(weights)
    wide.save_pretrained(folder)
    wide_processor.save_pretrained(folder)
    if aligner:  # qwen-asr reads this type, and writes its class's
        path = folder / "config.json"
        config = json.loads(path.read_text("utf-8"))
        config["thinker_config"]["model_type"] = "qwen3_forced_aligner"
        path.write_text(json.dumps(config, indent=2), "utf-8")
