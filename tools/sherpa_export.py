"""A Qwen3-ASR checkpoint in the layout sherpa-onnx reads: how the tiny one is tried with the real library.

    .venv-qwen/bin/python tools/sherpa_export.py CHECKPOINT FOLDER

Needs torch, qwen-asr, onnx and onnxscript. Written for checkpoints of a test's size, in float32; for Qwen's own
weights sherpa-onnx publishes folders ready to use.

The layout (sherpa-onnx 2.0, csrc/offline-qwen3-asr-model.cc and csrc/qwen-asr-tokenizer.cc): sherpa-onnx
computes the features and runs the loop, the graphs compute what lies between. Inputs count by position.

    conv_frontend.onnx   features (1, frames, 128)                → (1, tokens, width)
    encoder.onnx         that, and which tokens are sound         → (1, tokens, hidden)
    decoder.onnx         ids, sound, mask, positions, keys and values (1, room, heads, size) of each layer
                                                                  → logits, new keys and values of each layer
    tokenizer/           vocab.json, merges.txt, tokenizer_config.json
"""

from __future__ import annotations

import shutil
import sys
import warnings
from pathlib import Path
from typing import Any

import onnx
import torch
from torch import Tensor, nn
from torch.nn import functional

_ROOM = 512
"""Positions the decoder keeps: prompt, 13 for a second of sound, and the answer. As in sherpa-onnx's own exports."""
_CHUNK = 100
"""Frames convolved at a time, which sherpa-onnx takes for granted; the checkpoint's ``n_window`` is half of it."""
_MASKED = -1e9


class _Frontend(nn.Module):  # type: ignore[misc]
    """The convolutions, on whole chunks: what pads the last one is masked in the encoder."""

    def __init__(self, tower: Any) -> None:
        super().__init__()
        self._tower = tower

    def forward(self, features: Tensor) -> Tensor:
        whole = (features.shape[1] + _CHUNK - 1) // _CHUNK
        padded = functional.pad(features, (0, 0, 0, _CHUNK - 1))[:, : whole * _CHUNK]
        chunks = padded.reshape(whole, 1, _CHUNK, features.shape[2]).transpose(2, 3)
        for convolution in (self._tower.conv2d1, self._tower.conv2d2, self._tower.conv2d3):
            chunks = functional.gelu(convolution(chunks))
        tokens = self._tower.conv_out(chunks.permute(0, 3, 1, 2).flatten(2))
        tokens = tokens + self._tower.positional_embedding(tokens.shape[1])
        return tokens.flatten(0, 1).unsqueeze(0)


class _Encoder(nn.Module):  # type: ignore[misc]
    """The transformer: a token attends to those of its own window, as the model was made to."""

    def __init__(self, tower: Any, window: int) -> None:
        super().__init__()
        self._tower = tower
        self._window = window

    def forward(self, tokens: Tensor, is_sound: Tensor) -> Tensor:
        window = torch.arange(tokens.shape[1]) // self._window
        seen = (window.unsqueeze(0) == window.unsqueeze(1)) & is_sound
        mask = torch.where(seen, 0.0, _MASKED).unsqueeze(0).unsqueeze(0)
        hidden = tokens[0]
        for layer in self._tower.layers:
            (hidden,) = layer(hidden, torch.zeros(2, dtype=torch.int32), attention_mask=mask)
        hidden = self._tower.proj2(self._tower.act(self._tower.proj1(self._tower.ln_post(hidden))))
        return hidden.unsqueeze(0) * is_sound.unsqueeze(2)


class _Cache:
    """Stands where transformers keeps its cache: what came before is an input, what is new an output."""

    def __init__(self, past: tuple[Tensor, ...]) -> None:
        self._past = past
        self.new: list[Tensor] = []

    def update(self, key: Tensor, value: Tensor, layer: int, _: object) -> tuple[Tensor, Tensor]:
        self.new += [key.transpose(1, 2), value.transpose(1, 2)]
        past_key, past_value = self._past[2 * layer : 2 * layer + 2]
        return torch.cat([past_key.transpose(1, 2), key], 2), torch.cat(
            [past_value.transpose(1, 2), value], 2
        )


class _Decoder(nn.Module):  # type: ignore[misc]
    """The language model over all the room there is; positions not yet written are masked."""

    def __init__(self, thinker: Any) -> None:
        super().__init__()
        self._model, self._head = thinker.model, thinker.lm_head
        self._audio_token = thinker.config.audio_token_id

    def forward(
        self, ids: Tensor, sound: Tensor, is_token: Tensor, positions: Tensor, *past: Tensor
    ) -> tuple[Tensor, ...]:
        is_audio = ids == self._audio_token
        index = (is_audio.long().cumsum(1) - 1).clamp(min=0).minimum(torch.tensor(sound.shape[1] - 1))
        transcript = sound.gather(1, index.unsqueeze(2).expand(-1, -1, sound.shape[2]))
        hidden = torch.where(is_audio.unsqueeze(2), transcript, self._model.embed_tokens(ids))

        written = (torch.arange(past[0].shape[1]) < positions[0]).expand(ids.shape[1], -1)
        before = positions.unsqueeze(0) <= positions.unsqueeze(1)
        seen = torch.cat([written, before & is_token.bool()], 1)
        mask = torch.where(seen, 0.0, _MASKED).unsqueeze(0).unsqueeze(0)

        cache = _Cache(past)
        rotary = self._model.rotary_emb(hidden, positions.unsqueeze(0))
        for layer in self._model.layers:
            hidden = layer(hidden, position_embeddings=rotary, attention_mask=mask, past_key_values=cache)
        return (self._head(self._model.norm(hidden)), *cache.new)


def export(checkpoint: Path, folder: Path) -> None:
    """Write a checkpoint for sherpa-onnx.

    Args:
        checkpoint: as ``Qwen3ASRModel.from_pretrained`` reads it.
        folder: made if need be; files in it are replaced.
    """
    from qwen_asr.core.transformers_backend import Qwen3ASRForConditionalGeneration

    thinker = Qwen3ASRForConditionalGeneration.from_pretrained(checkpoint, dtype=torch.float32).thinker.eval()
    audio, text = thinker.config.audio_config, thinker.config.text_config
    folder.mkdir(parents=True, exist_ok=True)
    per_chunk = (_CHUNK + 7) // 8
    window = per_chunk * (audio.n_window_infer // _CHUNK)

    features = torch.zeros(1, 250, audio.num_mel_bins)
    frontend = _Frontend(thinker.audio_tower)
    tokens = frontend(features)
    is_sound = torch.ones(1, tokens.shape[1], dtype=torch.bool)
    encoder = _Encoder(thinker.audio_tower, window)
    sound = encoder(tokens, is_sound)
    ids = torch.full((1, 6), thinker.config.audio_token_id)
    past = [
        torch.zeros(1, _ROOM, text.num_key_value_heads, text.head_dim)
        for _ in range(2 * text.num_hidden_layers)
    ]

    varies = torch.export.Dim.DYNAMIC
    _write(frontend, (features,), ({1: varies},), folder / "conv_frontend.onnx", {})
    _write(
        encoder,
        (tokens, is_sound),
        ({1: varies}, {1: varies}),
        folder / "encoder.onnx",
        {"hidden_size": text.hidden_size},
    )
    _write(
        _Decoder(thinker),
        (ids, sound, torch.ones_like(ids), torch.arange(6), *past),
        ({1: varies}, {1: varies}, {1: varies}, {0: varies}, tuple({} for _ in past)),
        folder / "decoder.onnx",
        {
            "hidden_size": text.hidden_size,
            "vocab_size": text.vocab_size,
            "num_layers": text.num_hidden_layers,
            "max_total_len": _ROOM,
        },
    )
    tokenizer = folder / "tokenizer"
    tokenizer.mkdir(exist_ok=True)
    for name in ("vocab.json", "merges.txt", "tokenizer_config.json"):
        shutil.copyfile(checkpoint / name, tokenizer / name)


def _write(
    module: nn.Module,
    inputs: tuple[Tensor, ...],
    shapes: tuple[Any, ...],
    path: Path,
    metadata: dict[str, int],
) -> None:
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module.eval(),
            inputs,
            path,
            dynamo=True,
            dynamic_shapes=shapes,
            external_data=False,
            verbose=False,
        )
    model = onnx.load(path)
    for key, value in metadata.items():
        model.metadata_props.add(key=key, value=str(value))
    onnx.save(model, path)


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]))
