"""A Qwen3-ASR and a forced aligner of a quarter of a million weights, that know fourteen sentences by heart.

They are checkpoints like the real ones, loaded by ``Qwen3ASRModel.from_pretrained`` and
``Qwen3ForcedAligner.from_pretrained``, so that hearing can be tested where the real weights are not.
``python tools/make_tiny_qwen.py FOLDER`` builds both, in some minutes on one thread of a CPU; it takes the extras
``qwen`` and ``espeak``.
"""

from .cache import TinyQwen, build
from .sentences import CONTEXT, HOTWORDS, SENTENCES, Sentence, Utterance, say, utterances

__all__ = [
    "CONTEXT",
    "HOTWORDS",
    "SENTENCES",
    "Sentence",
    "TinyQwen",
    "Utterance",
    "build",
    "say",
    "utterances",
]
