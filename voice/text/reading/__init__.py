"""Reading aloud: figures, signs and abbreviations as a person says them, a language a file."""

from .aloud import MAX_READ_CHARS, formula_aloud, read_aloud, warm_up

__all__ = ["MAX_READ_CHARS", "formula_aloud", "read_aloud", "warm_up"]
