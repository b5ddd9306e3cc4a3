"""The files, as they are written, and the version of each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_VERSION_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Prompt:
    """A text for a model.

    Attributes:
        name: the file's, without its ending.
        text: what is in it; ``{…}`` is filled in for each question.
    """

    name: str
    text: str

    @property
    def version(self) -> str:
        """The beginning of the text's SHA-256: another text, another version."""
        return version_of(self.text)


def version_of(*texts: str) -> str:
    """The version of what is made of several texts."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:_VERSION_DIGITS]


@cache
def load_prompt(name: str) -> Prompt:
    """The prompt in a file of this folder."""
    return Prompt(name, files(__package__).joinpath(f"{name}.md").read_text(encoding="utf-8"))
