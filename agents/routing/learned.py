"""What was learned from exemplars and documents: how much a question is each agent's subject."""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from langchain_core.embeddings import Embeddings

from emads_voice.agents.accents import Accents
from emads_voice.agents.agent import Agent, documented_subjects
from emads_voice.agents.embeddings import LexicalEmbeddings, Vectors
from emads_voice.agents.exemplars import exemplars
from emads_voice.agents.text import STOP_WORDS, fold

NOBODY = ""
"""The class of questions for nobody in a company."""

# Chosen on the tuning half of examples/evaluation/routing.jsonl; all lie on plateaus.
_SPELLING = 0.5  # weight of shared words beside meaning: carries what recognition did to the words
_RIDGE = 0.3
_NOBODYS = 2.0  # what is nobody's has no bounds, and few examples of it are known
_PARAGRAPHS = 0.5
_SHARED = 0.5  # exemplars of several agents: their words are as much of the one's subject as of the other's
_MOST_TRUST = 4.0

_MOST_SUBJECTS = 400
"""Of an agent's documents so many paragraphs are learned: fitting takes the cube of all of them in time."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text as it was written, and whose it is; ``names`` is empty for what is nobody's."""

    names: tuple[str, ...]
    text: str
    spoken: str  # as a recogniser writes it
    exemplar: bool


class Documented:
    """Whose documents say something of a subject in its own words."""

    def __init__(self, examples: Sequence[Example]) -> None:
        paragraphs = [example for example in examples if not example.exemplar]
        self._names = [example.names for example in paragraphs]
        self._written = [set(_subject(example.text)) for example in paragraphs]
        self._folded = [set(map(fold, each)) for each in self._written]
        self._rarity = _rarity(self._written)
        self._folded_rarity = _rarity(self._folded)

    def owners(self, text: str) -> frozenset[str]:
        """The agents with a paragraph that has nearly all the words of a question; empty if there is none.

        Accents count where the question has any.
        """
        known, rarity = (
            (self._folded, self._folded_rarity) if text.isascii() else (self._written, self._rarity)
        )
        weights = {word: rarity.get(word, _UNKNOWN_RARITY) for word in _subject(text)}
        whole = sum(weights.values())
        if whole < _ENOUGH_SAID:
            return frozenset()
        owners = (
            names
            for names, each in zip(self._names, known, strict=True)
            if sum(weights[word] for word in weights.keys() & each) >= _NEARLY_ALL * whole
        )
        return frozenset(name for names in owners for name in names)


_NEARLY_ALL = 0.75
_ENOUGH_SAID = 5.0
"""The rarities of two words that one paragraph in a dozen has; a single common word tells no subject."""
_UNKNOWN_RARITY = 4.0


def _subject(text: str) -> list[str]:
    """The words of a text, in lower case and with their accents, that say something of its subject."""
    return [
        word
        for word in re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text).lower())
        if fold(word) not in STOP_WORDS
    ]


def _rarity(texts: Sequence[set[str]]) -> dict[str, float]:
    counts = Counter(word for each in texts for word in each)
    return {word: math.log(1 + len(texts) / count) for word, count in counts.items()}


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned for one set of agents.

    Kernel ridge regression of class membership on the examples: with few examples a class it separates them better
    than nearest neighbours or centroids do.
    """

    names: tuple[str, ...]  # agents, then NOBODY
    examples: tuple[Example, ...]
    accents: Accents
    centre: Vectors  # mean meaning: what all questions share says nothing about their subject
    meaning: Vectors
    spelling: Vectors
    weights: Vectors  # examples by names
    base: Vectors  # share of each class among the examples
    documented: Documented

    def shares(self, meaning: Vectors, spelling: Vectors) -> dict[str, float]:
        """How much a question belongs to each class, NOBODY among them; about 0 to 1."""
        kernel = self.meaning @ (meaning - self.centre) + _SPELLING * (self.spelling @ spelling)
        shares = kernel @ self.weights + self.base
        return {name: float(share) for name, share in zip(self.names, shares, strict=True)}

    def nearest(self, name: str, meaning: Vectors) -> tuple[str, float]:
        """What was learned of a class that is closest in meaning, an exemplar if there are any, and its cosine."""
        cosines = self.meaning @ meaning + self.centre @ meaning
        own = [i for i, example in enumerate(self.examples) if (name or None) in (example.names or (None,))]
        index = max(own, key=lambda i: (self.examples[i].exemplar, cosines[i]))
        return self.examples[index].text, float(cosines[index])


def examples_of(agents: Sequence[Agent]) -> tuple[Example, ...]:
    """All there is to learn from: descriptions, exemplars and documents of the agents, and questions for nobody.

    What several agents have is an example of a question for all of them.
    """
    asked: dict[str, list[str]] = {}
    owners: dict[str, list[str]] = {}
    for agent in agents:
        subjects = documented_subjects(agent)
        step = max(1, -(-len(subjects) // _MOST_SUBJECTS))
        for text in subjects[::step]:
            owners.setdefault(text, []).append(agent.name)
        for text in dict.fromkeys((agent.description, *agent.exemplars)):
            asked.setdefault(text, []).append(agent.name)
    written = [
        *sorted(((tuple(names), text, True) for text, names in asked.items()), key=lambda each: each[0]),
        *sorted(((tuple(names), text, False) for text, names in owners.items()), key=lambda each: each[0]),
        *(((), text, True) for text in exemplars("nobody")),
    ]
    return tuple(
        dict.fromkeys(Example(names, text, spoken(text), mark) for names, text, mark in written if text)
    )


async def learn(agents: Sequence[Agent], embeddings: Embeddings, spelled: LexicalEmbeddings) -> Learned:
    """Fit what `examples_of` gives."""
    examples = examples_of(agents)
    texts = [example.spoken for example in examples]
    meaning = await _embedded(examples, embeddings)
    spelling = np.array(await spelled.aembed_documents(texts), np.float32)
    names = (*(agent.name for agent in agents), NOBODY)
    member = np.array(
        [
            [float(name in example.names or not (name or example.names)) for name in names]
            for example in examples
        ],
        np.float32,
    )
    centre, base = meaning.mean(axis=0), member.mean(axis=0)
    meaning = meaning - centre
    kernel = meaning @ meaning.T + _SPELLING * (spelling @ spelling.T)
    weights = np.linalg.solve(kernel + np.diag(_RIDGE / _trust(examples)), member - base)
    accents = Accents(example.text for example in examples)
    return Learned(names, examples, accents, centre, meaning, spelling, weights, base, Documented(examples))


async def _embedded(examples: Sequence[Example], embeddings: Embeddings) -> Vectors:
    """The meaning of each example. Those of a kind are one batch, which `CachedEmbeddings` keeps: an agent more,
    or other documents, leave the others as they are."""
    vectors: list[list[float]] = []
    for _, kind in itertools.groupby(examples, key=lambda example: (example.names, example.exemplar)):
        vectors += await embeddings.aembed_documents([example.spoken for example in kind])
    return np.array(vectors, np.float32)


def _trust(examples: Sequence[Example]) -> Vectors:
    """How much each example counts. Those of an agent with few count more, so that it is not drowned by one with many;
    a paragraph is less surely the subject of a question than an exemplar."""
    sizes = Counter(name for example in examples if example.exemplar for name in example.names or (NOBODY,))
    most = max(sizes.values())
    trust = []
    for example in examples:
        rarity = [min(most / max(sizes[name], 1), _MOST_TRUST) for name in example.names or (NOBODY,)]
        kind = _PARAGRAPHS if not example.exemplar else 1.0 if example.names else _NOBODYS
        if example.exemplar and len(example.names) > 1:
            kind = _SHARED
        trust.append(kind * sum(rarity) / len(rarity))
    return np.array(trust, np.float32)


def spoken(text: str) -> str:
    """A text as a recogniser writes it: lower case, no punctuation."""
    return " ".join(re.findall(r"[^\W_]+", text.lower()))
