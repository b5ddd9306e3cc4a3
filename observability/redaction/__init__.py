"""Personal data taken out of text, written and spoken, in English and Vietnamese, before it is kept."""

from .names import conceal_names
from .redaction import Found, find, redact

__all__ = ["Found", "conceal_names", "find", "redact"]
