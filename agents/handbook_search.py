"""Finding the passage of the handbook that answers a question, and knowing when none does."""

from __future__ import annotations

import itertools
import math
import re
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from langchain_core.embeddings import Embeddings

from .embeddings import LexicalEmbeddings, Vectors
from .handbook import Handbook, Passage
from .text import content_words, fold, sound, words


@dataclass(frozen=True, slots=True)
class Match:
    """A passage and the evidence for it.

    Attributes:
        meaning: cosine of question and passage, in standard deviations of cosines between unrelated passages.
        overlap: share of the question's words found in the passage, rare words counting more; 0 to 1.
        named: whether the question names the passage's initiative.
        score: all together.
    """

    passage: Passage
    score: float
    meaning: float
    overlap: float
    named: bool


# Chosen on sixty questions the sample handbook answers and thirty it does not (two of them misjudged with
# E5Embeddings, eleven with LexicalEmbeddings); tests/agents/test_handbook_search.py asks others.
_MEANING_AT_MOST = 3.0  # closer than this is no better evidence
_OVERLAP_WEIGHT = 4.0
_ENOUGH = 8.0  # rarity below which even full overlap is weak evidence: one common word says little
_NAMED = 3.0
_OWNER = 0.3
_ANSWERS = 2.6
_ANSWERS_LEXICAL = 3.6  # shared words show in both parts of the evidence
_DECISION = 1.5  # initiatives go first if a decision is asked about; no evidence that they answer it
_LEADS = 0.4  # a section's first paragraph goes before its others unless they fit clearly better
_SHOULD = re.compile(r"\b(should|shall|worth|recommend|go ahead|better to|co nen|nen|co dang|khuyen nghi)\b")
ANSWERS = 5.0


class HandbookIndex:
    """Searches a handbook by meaning and by words, in any of its languages.

    Embeds the documents at the first search; `CachedEmbeddings` makes later starts quick. Thread-safe.
    """

    def __init__(self, handbook: Handbook, embeddings: Embeddings) -> None:
        self.handbook = handbook
        self._embeddings = embeddings
        lexical = getattr(embeddings, "name", "") == LexicalEmbeddings.name
        self._answers = _ANSWERS_LEXICAL if lexical else _ANSWERS
        self._lock = threading.Lock()
        self._vectors: Vectors | None = None
        self._words = [_vocabulary(_searchable(passage)) for passage in handbook.passages]
        self._names = [_names(passage) for passage in handbook.passages]
        counts = Counter(word for vocabulary in self._words for word in vocabulary)
        total = len(handbook.passages)
        self._rarity = {word: math.log(1 + total / count) for word, count in counts.items()}
        self._unknown = math.log(1 + total / 0.5)

    def warm_up(self) -> None:
        """Embed the documents now."""
        with self._lock:
            if self._vectors is None:
                self._embed()

    def search(self, question: str, *, agent: str | None = None, limit: int = 3) -> list[Match]:
        """The passages that answer a question, best first; empty if the handbook says nothing about it.

        Args:
            question: as recognised: case, accents and punctuation do not matter.
            agent: whose documents are preferred between equals.
            limit: how many at most.
        """
        return [match for match in self.rank(question, agent=agent)[:limit] if match.score >= self._answers]

    def rank(self, question: str, *, agent: str | None = None) -> list[Match]:
        """Every passage with its evidence, best first."""
        self.warm_up()
        meaning = self._meaning(" ".join(question.lower().split()))
        asked = _features(question)
        weights = {word: self._rarity.get(word, self._unknown) for word in asked}
        whole = max(sum(weights.values()), _ENOUGH)
        sounds = _windows(question)
        matches = []
        for number, passage in enumerate(self.handbook.passages):
            overlap = sum(weights[word] for word in asked if word in self._words[number]) / whole
            named = bool(self._names[number] & sounds)
            owner = _OWNER if agent in passage.agents else 0.0
            score = (
                min(float(meaning[number]), _MEANING_AT_MOST)
                + _OVERLAP_WEIGHT * overlap
                + _NAMED * named
                + owner
            )
            matches.append(Match(passage, score, float(meaning[number]), overlap, named))
        decision = _DECISION if _SHOULD.search(" ".join(words(question))) else 0.0

        def before(match: Match) -> float:
            return decision * bool(match.passage.initiative) + _LEADS * match.passage.leads

        return sorted(matches, key=lambda match: -match.score - before(match))

    def _meaning(self, question: str) -> Vectors:
        assert self._vectors is not None
        cosines = self._vectors @ np.array(self._embeddings.embed_query(question), np.float32)
        best = np.full(len(self.handbook.passages), -1.0, np.float32)
        np.maximum.at(best, self._owners, cosines)
        return (best - self._usual) / self._spread

    def _embed(self) -> None:
        # All languages in one batch: a caller may ask in a language the passage was not written in.
        written = [
            (number, f"{passage.section[language]}: {text}")
            for number, passage in enumerate(self.handbook.passages)
            for language, text in passage.text.items()
        ]
        self._owners = np.array([number for number, _ in written])
        vectors = np.array(self._embeddings.embed_documents([text for _, text in written]), np.float32)
        unrelated = (vectors @ vectors.T)[self._owners[:, None] != self._owners[None, :]]
        self._usual, self._spread = float(unrelated.mean()), float(unrelated.std()) or 1.0
        self._vectors = vectors


def _searchable(passage: Passage) -> list[str]:
    texts = [*passage.document.values(), *passage.section.values(), *passage.text.values()]
    if passage.initiative:
        texts += [*passage.initiative.objective.values(), *passage.initiative.also_called]
    return texts


def _vocabulary(texts: Iterable[str]) -> set[str]:
    return {feature for text in texts for feature in _features(text)}


def _features(text: str) -> list[str]:
    """Words, and pairs of neighbours: a Vietnamese word is mostly two syllables."""
    found = [_stem(word) for word in content_words(text)]
    pairs = [f"{a} {b}" for a, b in itertools.pairwise(found)]
    return list(dict.fromkeys([*found, *pairs]))


def _stem(word: str) -> str:
    # English plurals and a few endings; Vietnamese syllables this long do not end so.
    for ending in ("ings", "ing", "ies", "es", "ed", "s"):
        if len(word) > len(ending) + 3 and word.endswith(ending):
            return word.removesuffix(ending)
    return word


# Names shorter than this sound like too much else.
_LONG_ENOUGH = 5


def _names(passage: Passage) -> set[str]:
    """The names of an initiative as they are spelt, and names of one foreign word also as they sound."""
    if not passage.initiative:
        return set()
    called = passage.initiative.also_called
    return {" ".join(words(name)) for name in called} | {
        _as_heard(name) for name in called if name.isascii()
    } - {""}


def _as_heard(text: str) -> str:
    heard = sound(text)
    return heard if len(heard) >= _LONG_ENOUGH and " " not in text else ""


def _windows(question: str) -> set[str]:
    """Every run of up to six words, as spelt and as heard: a recogniser may break a name into words."""
    found = fold(question).split()
    runs = [found[i : i + n] for n in range(1, 7) for i in range(len(found) - n + 1)]
    spelt = {" ".join(words(" ".join(run))) for run in runs}
    return spelt | {heard for run in runs if (heard := _as_heard("".join(run)))}
