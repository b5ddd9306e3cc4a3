"""What we say ourselves: every sentence of ours, in every language we have it in, and a deployment's own instead.

One file for each language, in Fluent (projectfluent.org): ``en.ftl``, ``vi.ftl`` and so on. ``en.ftl`` is the
reference: it has every message, and says beside it when it is said and what its placeholders are.
"""

from .catalogue import Catalogue, load_catalogue, shipped
from .errors import MessagesError
from .keys import Key, MemoryKey, Phrase
from .names import language_name

__all__ = [
    "Catalogue",
    "Key",
    "MemoryKey",
    "MessagesError",
    "Phrase",
    "language_name",
    "load_catalogue",
    "shipped",
]
