"""Calls read without a chat model: a sentence is what the scorecard's phrases that it is most like are.

Sentence embeddings compare meanings: "I'll have people at your door" is like "we will send people to your house".
What is forbidden must be clearly more like a forbidden phrase than like anything that is allowed; what is asked for
may be as like something else. Nothing is made up: every claim is a sentence of the call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from langchain_core.embeddings import Embeddings

from emads_voice.agents.embeddings import CachedEmbeddings, NamedEmbeddings
from emads_voice.agents.minutes.lines import Line
from emads_voice.vietnamese import is_vietnamese

from .forms import Claim
from .scorecard import Avoid, Say, Scorecard
from .sentences import Sentence, sentences

NAME = "embedded"

Kind = Literal["say", "avoid", "occasion", "else"]


@dataclass(frozen=True, slots=True)
class Scale:
    """How like two sentences must be, as cosines of one embedding model; from benchmarks/quality.py.

    Attributes:
        say, avoid: at least, to be one of a criterion's.
        vietnamese: more than that, as sentences of that language are more alike.
        aside: so much less like it than like something else, a sentence is still what is asked for.
        clear: so much more like what is forbidden than like anything allowed.
    """

    say: float
    avoid: float
    vietnamese: float
    aside: float
    clear: float


E5 = Scale(say=0.875, avoid=0.89, vietnamese=0.02, aside=0.01, clear=0.01)
LEXICAL = Scale(say=0.4, avoid=0.5, vietnamese=0.0, aside=0.05, clear=0.1)
"""Of shared words and spellings; few sentences are that alike."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    kind: Kind
    criterion: str
    text: str


class EmbeddedJudge:
    """A :class:`.judge.Judge` without a model; measured in benchmarks/README.md, "Calls judged"."""

    name = NAME

    def __init__(self, embeddings: Embeddings) -> None:
        """``embeddings``: where they keep vectors, those of phrases are kept, and of what people said nothing is."""
        self._phrases = embeddings
        self._said = embeddings.uncached if isinstance(embeddings, CachedEmbeddings) else embeddings
        lexical = isinstance(embeddings, NamedEmbeddings) and embeddings.name.startswith("lexical")
        self._scale = LEXICAL if lexical else E5

    def warm_up(self, scorecard: Scorecard) -> None:
        """Embed a scorecard's phrases, where they are not kept yet: half a minute of a core for a hundred."""
        self._phrases.embed_documents([phrase.text for phrase in phrases_of(scorecard)])

    async def find(self, scorecard: Scorecard, lines: Sequence[Line]) -> list[Claim]:
        """See :class:`.judge.Judge`."""
        return await asyncio.to_thread(self._find, scorecard, lines)

    def _find(self, scorecard: Scorecard, lines: Sequence[Line]) -> list[Claim]:
        phrases = phrases_of(scorecard)
        if not phrases:
            return []
        vectors = np.asarray(self._phrases.embed_documents([phrase.text for phrase in phrases]), np.float32)
        told = sentences(lines)
        if not told:
            return []
        said = np.asarray(self._said.embed_documents([sentence.text for sentence in told]), np.float32)
        found: list[Claim] = []
        for sentence, likeness in zip(told, said @ vectors.T, strict=True):
            found += self._agents(sentence, phrases, likeness.tolist())
            found += self._occasions(sentence, phrases, likeness.tolist())
        return found

    def _agents(
        self, sentence: Sentence, phrases: Sequence[_Phrase], likeness: Sequence[float]
    ) -> Iterator[Claim]:
        more = self._scale.vietnamese if is_vietnamese(sentence.text) else 0.0
        best: dict[tuple[Kind, str], float] = {}
        for phrase, like in zip(phrases, likeness, strict=True):
            if phrase.kind != "occasion":
                key = (phrase.kind, phrase.criterion)
                best[key] = max(best.get(key, -1.0), like)
        forbidden = max((like for (kind, _), like in best.items() if kind == "avoid"), default=-1.0)
        allowed = max((like for (kind, _), like in best.items() if kind != "avoid"), default=-1.0)
        if forbidden >= self._scale.avoid + more and forbidden >= allowed + self._scale.clear:
            worst = next(name for (kind, name), like in best.items() if kind == "avoid" and like == forbidden)
            yield _claim(sentence, worst, min(0.95, 0.6 + 5 * (forbidden - allowed)))
            return
        for (kind, name), like in best.items():
            if kind != "say" or like < self._scale.say + more or like < best.get(("else", name), -1.0):
                continue
            if like >= allowed - self._scale.aside:
                yield _claim(sentence, name, 0.8 if like == allowed else 0.6)

    def _occasions(
        self, sentence: Sentence, phrases: Sequence[_Phrase], likeness: Sequence[float]
    ) -> Iterator[Claim]:
        more = self._scale.vietnamese if is_vietnamese(sentence.text) else 0.0
        best: dict[str, float] = {}
        for phrase, like in zip(phrases, likeness, strict=True):
            if phrase.kind == "occasion":
                best[phrase.criterion] = max(best.get(phrase.criterion, -1.0), like)
        for name, like in best.items():
            if like >= self._scale.avoid + more / 2:
                yield _claim(sentence, name, 0.6, occasion=True)


def phrases_of(scorecard: Scorecard) -> list[_Phrase]:
    """All phrases of a scorecard, in its order."""
    made = [_Phrase("else", "", text) for text in scorecard.neutral.all]
    for each in scorecard.criteria:
        if isinstance(each, Say | Avoid):
            made += [_Phrase(each.kind, each.id, text) for text in each.phrases.all]
            made += [_Phrase("else", each.id, text) for text in each.unlike.all]
        if isinstance(each, Say) and each.when:
            made += [_Phrase("occasion", each.id, text) for text in each.when.all]
    return made


def _claim(sentence: Sentence, criterion: str, confidence: float, *, occasion: bool = False) -> Claim:
    return Claim(
        criterion=criterion,
        occasion=occasion,
        quote=sentence.text,
        speaker=sentence.speaker,
        start_s=sentence.start_s,
        end_s=sentence.end_s,
        line=sentence.line,
        confidence=round(confidence * (0.7 if sentence.unsure else 1.0), 2),
    )
