"""What callers ask of the memory (what was decided, what is known of them), and what agents are told of it."""

from .known import Known, Remembers
from .wish import Wish
from .wishes import wish_of

__all__ = ["Known", "Remembers", "Wish", "wish_of"]
