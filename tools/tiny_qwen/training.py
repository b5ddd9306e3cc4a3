"""Teaching a tiny model its examples by heart: a minute on one thread of a CPU."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence
from transformers import AttentionInterface

IGNORED = -100
"""The label of a token whose answer does not matter (torch's own number for it)."""

_BATCH = 14
_PEAK = 3e-3  # learning rate


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """What the model reads and what it is to answer.

    Attributes:
        ids: tokens, shape ``(n,)``, the placeholders of the sound among them.
        labels: what is to be answered at each token, shape ``(n,)``; -100 where it does not matter.
        features: log-mel features of the sound, shape ``(128, frames)``, 100 a second; at most 8 s.
    """

    ids: Any
    labels: Any
    features: Any


def example(processor: Any, text: str, samples: Any, answer: str = "") -> Example:
    """A sound in a text, and what the model is to go on with."""
    read = processor(text=[text], audio=[samples], return_tensors="pt")
    asked = read["input_ids"][0]
    answered = torch.tensor(processor.tokenizer(answer).input_ids, dtype=asked.dtype)
    ids = torch.cat([asked, answered])
    labels = torch.full_like(ids, IGNORED)
    labels[len(asked) - 1 : -1] = answered  # each token answers with the next
    return Example(ids, labels, read["input_features"][0])


def learn(model: Any, examples: Sequence[Example], *, steps: int, seed: int, blur: float = 0) -> None:
    """Train a model on the examples, each as often as any other, in random batches.

    Args:
        model: a ``Qwen3ASRForConditionalGeneration``, changed in place.
        examples: what to learn.
        steps: batches of 14.
        seed: of their order.
        blur: where answers are points of a scale, the spread (one sigma, in points) of what counts as right: a
            scale is learnt in a fraction of the time when neighbours are known to be alike.
    """
    torch.manual_seed(seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=_PEAK, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _PEAK, total_steps=steps, pct_start=0.1)
    model.thinker.audio_tower.config._attn_implementation = "within_clips"
    rounds = -(-steps * _BATCH // len(examples))
    order = torch.cat([torch.randperm(len(examples)) for _ in range(rounds)])
    for chosen in order[: steps * _BATCH].split(_BATCH):
        batch = [examples[number] for number in chosen.tolist()]
        loss = _loss(model.thinker, batch, blur)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()


def _loss(thinker: Any, batch: Sequence[Example], blur: float) -> Any:
    """As the thinker's own ``forward``, which would encode the sounds one by one, in twice the time."""
    ids = pad_sequence([each.ids for each in batch], batch_first=True, padding_value=thinker.pad_token_id)
    labels = pad_sequence([each.labels for each in batch], batch_first=True, padding_value=IGNORED)
    sounds = thinker.audio_tower(
        torch.cat([each.features for each in batch], dim=1),
        feature_lens=torch.tensor([each.features.shape[1] for each in batch]),
    ).last_hidden_state
    embedded = thinker.get_input_embeddings()(ids)
    placeholders = (ids == thinker.config.audio_token_id).unsqueeze(-1)
    embedded = embedded.masked_scatter(placeholders, sounds)
    hidden = thinker.model(inputs_embeds=embedded, use_cache=False).last_hidden_state
    wanted = labels != IGNORED
    answers, right = thinker.lm_head(hidden[wanted]), labels[wanted]
    if blur:
        distance = torch.arange(answers.shape[1]) - right.unsqueeze(1)
        right = torch.softmax(-distance.square() / (2 * blur**2), dim=1)
    return functional.cross_entropy(answers, right)


def _within_clips(
    _module: Any, query: Any, key: Any, value: Any, *, cu_seq_lens_q: Any, **_: Any
) -> tuple[Any, None]:
    """Attention of sounds laid end to end, each to itself only, which torch's own cannot be told on a CPU."""
    clip = torch.bucketize(torch.arange(query.shape[2]), cu_seq_lens_q[1:], right=True)
    mask = clip[:, None] == clip[None, :]
    return functional.scaled_dot_product_attention(query, key, value, attn_mask=mask).transpose(1, 2), None


AttentionInterface.register("within_clips", _within_clips)
