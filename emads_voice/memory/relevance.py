"""How near what is asked about is to what is kept: by meaning, in any language, and by words.

A Store may have an index of its own, but its scores are those of whatever embeds there, many Pythons' SQLite loads no
extension that searches vectors, and Postgres needs one that few have. So the vectors lie beside what is kept, and are
compared here: the few hundred decisions that a deployment has take a millisecond.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings

from emads_voice.agents.embeddings import CachedEmbeddings, LexicalEmbeddings, NamedEmbeddings, Vectors
from emads_voice.agents.exemplars import usual_questions
from emads_voice.once import Once
from emads_voice.vietnamese import is_vietnamese

from .subjects import things_in

WORDS = 0.5
"""How much it counts that every word of the subject is there, in cosines."""
WORDS_ALONE = 1.0
"""The same where the embeddings know no meanings, so that only words tell."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """Something that can be found.

    Attributes:
        key: its id.
        texts: what it is found by.
        vectors: one for each of them, as :meth:`Relevance.vectors` made them.
    """

    key: str
    texts: tuple[str, ...]
    vectors: Vectors


class Relevance:
    """Compares texts. Synchronous, and thread-safe: call it in a thread."""

    def __init__(self, embeddings: Embeddings) -> None:
        """
        Args:
            embeddings: of any model; what it makes of different models is never compared.
        """
        self._cached = embeddings
        self._embeddings = embeddings.uncached if isinstance(embeddings, CachedEmbeddings) else embeddings
        self.name = embeddings.name if isinstance(embeddings, NamedEmbeddings) else type(embeddings).__name__
        self._words = WORDS_ALONE if self.name == LexicalEmbeddings.name else WORDS
        self._usual = Once(partial(_usual, self._cached))

    def warm_up(self) -> None:
        """Load the model, and what all texts have in common, now."""
        self.vectors(["What did we decide?"])

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """A row for each text, of length 1.

        What all texts of a language have in common is taken out, or a question would find what is written in its own
        language first (Yang et al., *A Simple and Effective Method to Eliminate the Self Language Bias*, 2021).
        """
        usual = self._usual()
        rows = np.array(self._embeddings.embed_documents(list(texts)), np.float32)
        rows -= np.array([usual[is_vietnamese(text)] for text in texts], np.float32)
        unit: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        return unit

    def rank(self, subject: str, among: Sequence[Remembered]) -> list[tuple[float, str]]:
        """How near each is to a subject, the nearest first: about 0 where they have nothing in common, at most 1.5."""
        if not among:
            return []
        asked = self.vectors([subject])[0]
        said = things_in(subject)
        scores = []
        for each in among:
            meaning = float((each.vectors @ asked).max())
            known = frozenset[str]().union(*map(things_in, each.texts))
            scores.append((meaning + self._words * len(said & known) / max(1, len(said)), each.key))
        return sorted(scores, reverse=True)


def written(vectors: Vectors) -> dict[str, Any]:
    """Vectors as JSON, in half precision: cosines change by less than 0.001."""
    return {
        "size": int(vectors.shape[1]),
        "base64": base64.b64encode(vectors.astype("<f2").tobytes()).decode(),
    }


def read(kept: dict[str, Any]) -> Vectors:
    """What :func:`written` wrote."""
    flat = np.frombuffer(base64.b64decode(kept["base64"]), "<f2").astype(np.float32)
    return flat.reshape(-1, kept["size"])


def _usual(embeddings: Embeddings) -> dict[bool, Vectors]:
    """What questions to a company have in common: the mean of those in Vietnamese, and of the others."""
    asked = list(usual_questions())
    rows = np.array(embeddings.embed_documents(asked), np.float32)
    vietnamese = np.array([is_vietnamese(text) for text in asked])
    return {True: rows[vietnamese].mean(axis=0), False: rows[~vietnamese].mean(axis=0)}
