"""A Qwen3-ASR and a forced aligner of a quarter of a million weights, that know fourteen sentences by heart.

They are checkpoints like the real ones, loaded by ``Qwen3ASRModel.from_pretrained`` and
``Qwen3ForcedAligner.from_pretrained``: what they recognise is really recognised, in milliseconds, without the real
weights. ``python -m emads_voice.testing.tiny_qwen FOLDER`` builds both; it takes ``pip install "emads-voice[qwen]"``,
the extra "espeak" and, on one thread of a CPU, some minutes.
"""

from .cache import TinyQwen, build
from .sentences import CONTEXT, SENTENCES, Sentence, Utterance, say, utterances

__all__ = ["CONTEXT", "SENTENCES", "Sentence", "TinyQwen", "Utterance", "build", "say", "utterances"]
