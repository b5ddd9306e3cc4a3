"""Finding the passage of the handbook that answers a question, and knowing when none does."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from emads_voice.agents.accents import Accents
from emads_voice.agents.embeddings import LexicalEmbeddings, NamedEmbeddings, Vectors
from emads_voice.agents.text import content_words, fold, sound, words
from emads_voice.once import Once
from emads_voice.vietnamese import is_vietnamese

from .counting import wanted_count
from .expecting import asks_permission, can_answer, tells_permission
from .features import features, vocabulary, words_of
from .handbook import Handbook, Passage
from .options import compared, named_options


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


# Chosen on the tuning halves of examples/evaluation/handbook.jsonl and callers.jsonl, with E5Embeddings: of 78
# questions with an answer 57 get it, and of 56 without one two get some. Lower, more of both would.
_MEANING_AT_MOST = 3.0  # closer than this is no better evidence
_OVERLAP_WEIGHT = 3.0
_MISSING_WEIGHT = 2.0
_ENOUGH = 6.0  # rarity below which even full overlap is weak evidence: one common word says little
_ENOUGH_OF_FEW = (
    1.28  # the same, in rarities of a word that a single passage has: in a handbook of a page none is rarer
)
_PERMITS = 0.6  # a question what may be done, and a passage that tells what may
_NAMED = 3.0
_OWNER = 0.3
_NEAR = 1.5
_ANSWERS = 2.45
_ANSWERS_BY_WORDS = 1.2
_ANSWERS_LEXICAL = 3.2  # shared words show in both parts of the evidence
_DECISION = 1.5  # initiatives go first if a decision is asked about; no evidence that they answer it
_FEW_WORDS = 1  # English ones; a Vietnamese word is mostly two syllables
_AS_LIKELY = 0.8
_CONSIDERED = 5  # of these, those with the kind of thing that is asked for
_LEADS = 0.4  # a section's first paragraph goes before its others unless they fit clearly better
_ENDINGS = " .?!…？"  # without which a question means the same, and its vector is another
_SHOULD = re.compile(r"\b(should|shall|worth|recommend|go ahead|better to|co nen|nen|co dang|khuyen nghi)\b")


# What callers say and documents do not, or "toi" would be "tối", the evening of some document.
_AROUND_A_SUBJECT = (
    "tôi muốn hỏi",
    "tôi muốn biết",
    "tôi cần",
    "tôi có được",
    "tôi phải làm gì",
    "cho tôi hỏi",
    "tôi bị mất",
    "của tôi",
    "chúng tôi",
    "giúp tôi",
    "em muốn hỏi",
    "anh cho em hỏi",
    "làm sao để",
    "bị quên",
    "tôi quên",
    "có mấy người",
    "cần mấy người",
    "được mấy ngày",
    "có mấy phòng",
)

MOST_EMBEDDED = 4_000
"""Of more paragraphs than this, in all languages, none is embedded: it would take minutes at the first start. They are
found by their words alone."""


class HandbookIndex:
    """Searches a handbook by meaning and by words, in any of its languages.

    Embeds the documents at the first search; `CachedEmbeddings` makes later starts quick. Thread-safe.
    """

    def __init__(self, handbook: Handbook, embeddings: Embeddings) -> None:
        self.handbook = handbook
        self._embeddings = embeddings
        lexical = isinstance(embeddings, NamedEmbeddings) and embeddings.name == LexicalEmbeddings.name
        self._by_words = sum(len(passage.text) for passage in handbook.passages) > MOST_EMBEDDED
        self._answers = _ANSWERS_LEXICAL if lexical else _ANSWERS
        if self._by_words:
            self._answers = _ANSWERS_BY_WORDS
        written = [text for passage in handbook.passages for text in passage.in_full.values()]
        self._accents = Accents([*written, *_AROUND_A_SUBJECT])
        self._meanings = Once(partial(_embed, handbook, embeddings))
        self._folded = _Words(handbook, accented=False)
        self._accented = _Words(handbook, accented=True)
        self._permitting = [tells_permission(passage.text.values()) for passage in handbook.passages]
        self._names = [_names(passage) for passage in handbook.passages]
        self._own_words = [self._accented.named_alone(_title_words(each)) for each in handbook.passages]

    def warm_up(self) -> None:
        """Embed the documents now."""
        if not self._by_words:
            self._meanings()

    def search(
        self, question: str, *, agent: str | None = None, near: Passage | None = None, limit: int = 3
    ) -> list[Match]:
        """The passages that answer a question, best first; empty if the handbook says nothing about it.

        Args:
            question: as recognised: case, accents and punctuation do not matter.
            agent: whose documents are preferred between equals.
            near: what was spoken of before: more of its section is a likely answer.
            limit: how many at most.
        """
        found = [
            match
            for match in self.rank(question, agent=agent, near=near)[:_CONSIDERED]
            # Whose document it is makes no evidence that it answers.
            if match.score - _OWNER * (agent in match.passage.agents) >= self._answers
        ]
        return [each for each in found if can_answer(question, _told(each.passage))][:limit]

    def as_likely(self, question: str, found: Sequence[Match]) -> Passage | None:
        """A passage of another section that fits a question of hardly a word as well as the first one found does."""
        syllables = 2 if is_vietnamese(question) and wanted_count(question) is None else 1
        if len(content_words(question)) > _FEW_WORDS * syllables:
            return None
        first = found[0]
        for match in found[1:]:
            if match.passage.section != first.passage.section and match.score > first.score - _AS_LIKELY:
                return match.passage
        return None

    def rank(self, question: str, *, agent: str | None = None, near: Passage | None = None) -> list[Match]:
        """Every passage with its evidence, best first."""
        written = self._accents.restored(" ".join(unicodedata.normalize("NFC", question).lower().split()))
        meaning = self._meaning(written.rstrip(_ENDINGS))
        overlaps = self._overlaps(question, written)
        missing = self._accented.missing(written)
        sounds, said = _windows(question), set(words_of(written, accented=True))
        comparing = compared(question) is not None
        permits = _PERMITS * asks_permission(question)
        matches = []
        for number, passage in enumerate(self.handbook.passages):
            named = bool(self._names[number] & sounds or self._own_words[number] & said) or (
                comparing
                and passage.initiative is not None
                and len(named_options(passage.initiative, question)) > 1
            )
            owner = _OWNER if agent in passage.agents else 0.0
            score = (
                min(float(meaning[number]), _MEANING_AT_MOST)
                + _OVERLAP_WEIGHT * overlaps[number]
                - _MISSING_WEIGHT * missing[number]
                + _NAMED * named
                + owner
                + permits * self._permitting[number]
                + _NEAR * (near is not None and passage.section == near.section)
            )
            matches.append(Match(passage, score, float(meaning[number]), overlaps[number], named))
        decision = _DECISION if _SHOULD.search(" ".join(words(question))) else 0.0

        def before(match: Match) -> float:
            return decision * bool(match.passage.initiative) + _LEADS * match.passage.leads

        return sorted(matches, key=lambda match: -match.score - before(match))

    def _overlaps(self, question: str, written: str) -> list[float]:
        """Words are compared with their accents. A question that has lost them is compared without them, too: what they
        were is likely, not certain."""
        accented = self._accented.overlaps(written)
        if not question.isascii():
            return accented
        folded = self._folded.overlaps(question)
        return (
            [(a + b) / 2 for a, b in zip(accented, folded, strict=True)]
            if written != question.lower()
            else folded
        )

    def _meaning(self, question: str) -> Vectors:
        if self._by_words:
            return np.zeros(len(self.handbook.passages), np.float32)
        known = self._meanings()
        cosines = known.vectors @ np.array(self._embeddings.embed_query(question), np.float32)
        best = np.full(len(self.handbook.passages), -1.0, np.float32)
        np.maximum.at(best, known.passages, cosines)
        return (best - known.usual) / known.spread


def _told(passage: Passage) -> list[str]:
    """The texts of a passage, and the currencies of what an initiative's options cost."""
    options = passage.initiative.options.values() if passage.initiative else ()
    return [*passage.in_full.values(), *(option.cost.currency for option in options if option.cost)]


@dataclass(frozen=True, slots=True)
class _Meanings:
    """The embedded texts of a handbook.

    Attributes:
        vectors: of each text, in each of its languages.
        passages: the number of the passage each belongs to.
        usual: the mean cosine of texts of different passages.
        spread: its standard deviation.
    """

    vectors: Vectors
    passages: NDArray[np.intp]
    usual: float
    spread: float


def _embed(handbook: Handbook, embeddings: Embeddings) -> _Meanings:
    # All languages in one batch: a caller may ask in a language the passage was not written in.
    written = [
        (number, text)
        for number, passage in enumerate(handbook.passages)
        for text in passage.in_full.values()
    ]
    passages = np.array([number for number, _ in written])
    vectors = np.array(embeddings.embed_documents([text for _, text in written]), np.float32)
    some = slice(None, None, -(-len(written) // _COMPARED))
    unrelated = (vectors[some] @ vectors[some].T)[passages[some, None] != passages[None, some]]
    if not unrelated.size:  # a handbook of one passage
        return _Meanings(vectors, passages, 0.0, 1.0)
    return _Meanings(vectors, passages, float(unrelated.mean()), float(unrelated.std()) or 1.0)


_COMPARED = 500
"""Of so many texts the usual cosine is taken, whatever their number: all pairs of 10,000 would be 400 MB."""


class _Words:
    """The words of each passage, and how much each word says."""

    def __init__(self, handbook: Handbook, *, accented: bool) -> None:
        self._of = [vocabulary(_searchable(passage), accented=accented) for passage in handbook.passages]
        counts = Counter(word for each in self._of for word in each)
        total = len(handbook.passages)
        self._rarity = {word: math.log(1 + total / count) for word, count in counts.items()}
        self._unknown = math.log(1 + total / 0.5)
        self._single = math.log(1 + total)
        self._enough = min(_ENOUGH, _ENOUGH_OF_FEW * self._single)
        self._keeps_accents = accented

    def overlaps(self, question: str) -> list[float]:
        """For each passage the share of a question's words that it has, rare ones counting more."""
        weights = self._weights(features(question, accented=self._keeps_accents))
        whole = max(sum(weights.values()), self._enough)
        return [sum(weights[word] for word in weights.keys() & each) / whole for each in self._of]

    def missing(self, question: str) -> list[float]:
        """For each passage the share of a question's single words that it has not; 0 if there are none."""
        weights = self._weights(words_of(question, accented=self._keeps_accents))
        whole = sum(weights.values()) or 1.0
        return [sum(weights[word] for word in weights.keys() - each) / whole for each in self._of]

    def _weights(self, found: Iterable[str]) -> dict[str, float]:
        """What each says: more, the fewer passages have it. Pairs and figures that none has say nothing: documents
        tell limits, "above 10 thousand", and callers a sum of their own."""
        return {
            word: self._rarity.get(word, self._unknown)
            for word in found
            if word in self._rarity or not (" " in word or word.isdecimal())
        }

    def named_alone(self, words: Iterable[str]) -> set[str]:
        """Those that a single passage has."""
        return {word for word in words if self._rarity.get(word, 0.0) == self._single}


def _searchable(passage: Passage) -> list[str]:
    texts = [*passage.document.values(), *passage.section.values(), *passage.text.values()]
    if passage.initiative:
        texts += [*passage.initiative.objective.values(), *passage.initiative.also_called]
        texts += [name for option in passage.initiative.options.values() for name in option.name.values()]
    return texts


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


def _title_words(passage: Passage) -> set[str]:
    """The words of an initiative's title, which names it where no other text has them: "the ERP"."""
    if not passage.initiative:
        return set()
    titles = passage.initiative.title.values()
    return {word for title in titles for word in words_of(title, accented=True)}


def _as_heard(text: str) -> str:
    heard = sound(text)
    return heard if len(heard) >= _LONG_ENOUGH and " " not in text else ""


def _windows(question: str) -> set[str]:
    """Every run of up to six words, as spelt and as heard: a recogniser may break a name into words."""
    found = fold(question).split()
    runs = [found[i : i + n] for n in range(1, 7) for i in range(len(found) - n + 1)]
    spelt = {" ".join(words(" ".join(run))) for run in runs}
    return spelt | {heard for run in runs if (heard := _as_heard("".join(run)))}
