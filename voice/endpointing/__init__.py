"""Endpointing: how long a caller must be silent before they are taken to have finished.

One strategy a file; :class:`FirstOpinion` composes them. All are hints on top of a silence timeout, since nothing
hears the difference between a pause for thought and the end of a thought every time: better to wait than to cut in.
"""

from .composed import FirstOpinion, default_endpointing
from .dictation import Dictation
from .strategy import Endpointing, Said
from .timeout import SilenceTimeout
from .wording import Wording

__all__ = [
    "Dictation",
    "Endpointing",
    "FirstOpinion",
    "Said",
    "SilenceTimeout",
    "Wording",
    "default_endpointing",
]
