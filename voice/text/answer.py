"""An answer as it will be spoken: text in, in whatever pieces it is written, and sentences out.

Everybody who turns an answer into speech reads it here, also who synthesises its beginning before anybody has asked
for it. So all of them mean the same sentences, and give a synthesiser the same words.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from emads_voice.voice.languages import Language

from .markup import MarkupStream, Span
from .reading import formula_aloud, read_aloud
from .sentences import SentenceStream
from .speakable import speakable

_SHOWN = re.compile(r"\s*(?:`{3}|~{3}|!\[|\$|\\[(\[b])")
"""How code, a picture and a formula begin."""


@dataclass(frozen=True, slots=True)
class SpokenSentence:
    """One sentence of an answer.

    Attributes:
        text: as it stands in the answer, white space around it included.
        words: what a synthesiser is given: no markup, figures in words; "" if nothing in the sentence can be said.
    """

    text: str
    words: str

    @classmethod
    def of(cls, text: str, language: Language) -> SpokenSentence:
        """A text that is one sentence, with its words."""
        markup = MarkupStream(lambda latex: formula_aloud(latex, language))
        said = "".join(span.said for span in markup.push(text) + markup.flush())
        return _Cut(text, said).read(language)


class _Cut(NamedTuple):
    """A sentence as it was cut out: as it stands in the answer, and what is said of it."""

    text: str
    said: str

    def read(self, language: Language) -> SpokenSentence:
        return SpokenSentence(self.text, read_aloud(speakable(self.said), language))


class _Cutter:
    """Cuts an answer into sentences where what is said of it has its ends."""

    def __init__(self, language: Language) -> None:
        self._markup = MarkupStream(lambda latex: formula_aloud(latex, language))
        self._sentences = SentenceStream(language.base_code)
        self._spans: deque[Span] = deque()

    def push(self, text: str) -> list[_Cut]:
        return list(self._cut(self._markup.push(text)))

    def pause(self) -> list[_Cut]:
        """What is over where the writer has come to the end of a sentence."""
        return [self._take(len(sentence)) for sentence in self._sentences.pause()]

    def flush(self) -> list[_Cut]:
        cut = [*self._cut(self._markup.flush()), *self._end()]
        if rest := self._rest().rstrip():  # marks without words
            cut.append(_Cut(rest, ""))
        return cut

    def _cut(self, spans: Iterable[Span]) -> Iterator[_Cut]:
        for span in spans:
            if span.block:
                yield from self._end()
                yield _Cut(self._rest() + span.source, "")
                continue
            self._spans.append(span)
            for sentence in self._sentences.push(span.said):
                yield self._take(len(sentence))

    def _end(self) -> Iterator[_Cut]:
        for sentence in self._sentences.flush():
            yield self._take(len(sentence))

    def _rest(self) -> str:
        """What is left of the answer when its last sentence is over."""
        rest = "".join(span.source for span in self._spans)
        self._spans.clear()
        return rest

    def _take(self, length: int) -> _Cut:
        """The next so many characters of what is said, with what stands for them."""
        source, said = "", ""
        while len(said) < length:
            span = self._spans.popleft()
            left = length - len(said)
            source += span.source
            said += span.said[:left]
            if len(span.said) > left:  # the rest of a mark's words begins the next sentence
                self._spans.appendleft(Span("", span.said[left:]))
        return _Cut(source, said)


class SpokenAnswer:
    """One answer, read by one reader while it is being written. Belongs to one event loop.

    Attributes:
        language: what it is spoken in, from its first word to its last.
        read: the sentences read so far, in order. Joined they are the text, but for white space at its ends.
        whole: whether all of the answer is there.
    """

    def __init__(self, language: Language) -> None:
        """Begin an answer."""
        self.language = language
        self.read: list[SpokenSentence] = []
        self.whole = False
        self._fed = ""
        self._stream = _Cutter(language)
        self._unread: deque[_Cut] = deque()
        self._changed = asyncio.Event()

    def feed(self, text: str) -> None:
        """Take the next piece of the answer."""
        self._fed += text
        self._add(self._stream.push(text))

    def pause(self) -> None:
        """The writer has come to the end of a sentence: it may be read, though nothing follows it yet."""
        self._add(self._stream.pause())

    def _add(self, sentences: list[_Cut]) -> None:
        if sentences:
            self._unread.extend(sentences)
            self._changed.set()

    def finish(self, text: str) -> int:
        """Take the whole answer, which normally begins with what was fed; white space at the ends does not matter.

        Where it does not, the answer was replaced while it was being written: reading goes on with the first of its
        sentences that is not among those read.

        Returns:
            How many of the sentences already read still stand; the speaker takes back the rest.
        """
        rest = _rest(self._fed, text)
        if rest is None:
            self._stream, self._unread = _Cutter(self.language), deque()
        self._unread.extend(self._stream.push(text if rest is None else rest) + self._stream.flush())
        if rest is None:
            self._pass_over_what_was_read()
        self.whole = True
        self._changed.set()
        return len(self.read)

    def take(self) -> SpokenSentence | None:
        """Read a sentence; None if it is not certain yet where the next one ends, or there is no more."""
        if not self._unread:
            return None
        sentence = self._unread.popleft().read(self.language)
        self.read.append(sentence)
        return sentence

    def __aiter__(self) -> SpokenAnswer:
        return self

    async def __anext__(self) -> SpokenSentence:
        """Read a sentence, once it is certain where it ends."""
        while True:
            if sentence := self.take():
                return sentence
            if self.whole:
                raise StopAsyncIteration
            self._changed.clear()
            await self._changed.wait()

    def _pass_over_what_was_read(self) -> None:
        kept = 0
        while kept < len(self.read) and self._unread and _same(self.read[kept].text, self._unread[0].text):
            self._unread.popleft()
            kept += 1
        del self.read[kept:]


def is_only_shown(text: str, language: Language) -> bool:
    """Whether an answer is there to be looked at alone: a block of code, a picture, a formula, and nothing to be said.

    What was never meant for anybody (reasoning, calls of tools, marks of sources, emoji) is nothing to look at.
    """
    markup = MarkupStream(lambda latex: formula_aloud(latex, language))
    spans = markup.push(text) + markup.flush()
    if not any(_SHOWN.match(span.source) for span in spans if not span.said.strip()):
        return False
    return not read_aloud(speakable("".join(span.said for span in spans)), language).strip()


def _rest(fed: str, text: str) -> str | None:
    """What of ``text`` was not fed; None if it does not begin with what was. Spaces at the ends are free."""
    fed, text = fed.lstrip(), text.lstrip()
    if text.startswith(fed):
        return text[len(fed) :]
    return "" if text.rstrip() == fed.rstrip() else None


def _same(one: str, other: str) -> bool:
    return one.split() == other.split()
