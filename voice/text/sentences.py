"""Text that arrives in pieces, cut into sentences as soon as each is certainly over.

sentencex (rules for some 300 languages) judges where sentences end. It is asked at every word start, never
at the end of a push, so that the same text gives the same sentences however it was chunked. What it does not
know about text written by language models is corrected here: quotation and Markdown marks belong to the
sentence they enclose, "1." begins a list item, and a few abbreviations do not end anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import sentencex

from emads_voice.writing import UNSPACED

MAX_CHARS = 300
"""About 20 s of speech. A longer sentence is cut at its last clause, so that no synthesiser chokes on it."""

EARLY_CHARS = 40
EARLY_WORDS = 8
"""The first piece may end at a clause this long: some 2.5 s of speech, in which the next can be prepared."""

_OPENING = "\"'“‘«„‚(\\[{「『《（【*_`~"
_CLOSING = "\"'”’»“‘)\\]}」』》）】*_`~"

_OPENED = re.compile(rf"(?:(?<=\s)[{_OPENING}]+|[“‘«「『《（【]+)$")  # opens what follows
_CLOSED = re.compile(rf"[{_CLOSING}]+(?=\s|$)|[”’」』》）】]+")  # closes what came before
_UNSPACED_END = re.compile(
    r"[。！？…][”’」』》）】]*$"
)  # Chinese and Japanese sentences have no space between them
_CLAUSE = re.compile(  # not between figures: "March 14, 2025" is one thing
    r"(?<!\d)[,;:،؛]\s+|[,;:،؛]\s+(?=[^\d\s])|(?<!\d)\s[–—-]\s+|\s[–—-]\s+(?=[^\d\s])|—|[，；：、]"
)
_THAI_PHRASE = re.compile(r"\s+")  # Thai marks phrases and sentences alike by a space, and nothing else
_MARKUP = re.compile(r"[*_`\[\]()<>|]")
_UNSPACED = re.compile(f"[{UNSPACED}]")

_LIST_NUMBER = re.compile(r"(?:^\W*|[:。！？]\s*)\d{1,2}\.$")
_ORDINAL = re.compile(r"(?:^|[\s。！？])\d{1,2}\.$")  # German: "am 3. Oktober"
_NO_ORDINAL_DOT = ("en", "vi")  # there a figure may end a sentence
_INITIAL = re.compile(r"(?:^|[\s.])[^\W\d_]\.$")
_LAST_WORD = re.compile(r"(\w+)\.$")
_TAIL = 24  # characters in which these look for an end; no abbreviation and no row of marks is longer
_ABBREVIATIONS = {
    "en": frozenset({"approx", "ext", "incl", "max"}),
    "vi": frozenset(
        {"tp", "tx", "ng", "gs", "pgs", "ts", "ths", "bs", "ks", "ls", "cn", "tr", "đt", "ô", "đ"}
    ),
}
_ENGLISH_BEFORE_FIGURES = """mon tue tues wed thu thur thurs fri sat sun apt ste fl rm bldg no nos fig p pp vol ch sec
    art min"""
_BEFORE_FIGURES = {  # these do not where a figure follows: "Mon. 3 Nov.", "90 min."
    "en": frozenset(re.findall(r"\w+", _ENGLISH_BEFORE_FIGURES)),
    "vi": frozenset({"ext"}),
}


class SentenceStream:
    """Cuts one answer into pieces fit to be spoken one after the other.

    The pieces joined are the text, to the character, but for white space at its very end. A line break always
    ends a sentence.
    """

    def __init__(self, language: str, *, early: bool = True) -> None:
        """Start a text.

        Args:
            language: a code such as "vi"; one that sentencex does not know is treated like English.
            early: the first piece may be a clause, so that speech starts sooner.
        """
        self._language = language.split("-")[0]
        self._early = early
        self._pending = ""

    def push(self, text: str) -> list[str]:
        """Take the next characters; return the sentences that are over with them."""
        return [piece for char in text for piece in self._add(char)]

    def pause(self) -> list[str]:
        """Whoever writes has come to the end of a sentence, and what follows may take a while: return what is over."""
        return [self._cut(len(self._pending))] if self._ends_sentence(f"{self._pending.rstrip()} ") else []

    def flush(self) -> list[str]:
        """The text is over: return what is left of it."""
        rest, self._pending = self._pending, ""
        return [rest] if rest.strip() else []

    def _add(self, char: str) -> Iterator[str]:
        starts_word = char.isalnum() and not self._pending[-1:].isalnum()
        self._pending += char
        if char == "\n" and self._pending.strip():
            yield self._cut(len(self._pending))
        elif len(self._pending) > MAX_CHARS:
            yield self._cut(self._last_clause(_CLAUSE) or self._last_clause(_THAI_PHRASE) or MAX_CHARS)
        elif starts_word:
            while end := self._sentence_end() or self._early_end():
                yield self._cut(end)

    def _cut(self, end: int) -> str:
        piece, self._pending = self._pending[:end], self._pending[end:]
        self._early = False
        return piece

    def _sentence_end(self) -> int:
        """Where the first sentence of the pending text ends, 0 if it is not over."""
        text, end = self._pending, 0
        for sentence in list(sentencex.segment(self._language, text))[:-1]:
            end += len(sentence)
            cut = end
            if opened := _OPENED.search(text, max(0, cut - _TAIL), cut):
                cut = opened.start()
            elif not text[cut - 1].isspace() and (closed := _CLOSED.match(text, cut)):
                cut = closed.end()
            cut += len(text[cut:]) - len(text[cut:].lstrip())
            if cut < len(text) and self._ends_sentence(text[:cut], text[cut]):
                return cut
        return 0

    def _ends_sentence(self, text: str, following: str = "") -> bool:
        words = text.rstrip()
        tail = max(0, len(words) - _TAIL)
        if not words or not (text[-1].isspace() or _UNSPACED_END.search(words, tail)):
            return False
        number = _LIST_NUMBER if self._language in _NO_ORDINAL_DOT else _ORDINAL
        if number.search(words, tail) or _INITIAL.search(words, tail):
            return False
        word = _LAST_WORD.search(words, tail)
        if not word:
            return True
        last = word[1].casefold()
        if following.isdigit() and last in _BEFORE_FIGURES.get(self._language, ()):
            return words[word.start() - 2 : word.start() - 1].isdigit()  # "It takes 90 min. 3 people wait."
        return last not in _ABBREVIATIONS.get(self._language, ())

    def _early_end(self) -> int:
        """Where a clause ends that is worth speaking before its sentence is over, 0 if there is none."""
        if self._language == "th":
            end = self._last_clause(_THAI_PHRASE)
        elif not self._early or _MARKUP.search(self._pending):  # a clause may end inside a link or a bracket
            return 0
        else:
            end = self._last_clause(_CLAUSE)
        clause = self._pending[:end]
        dense = len(_UNSPACED.findall(clause))  # each says about as much as three letters, or half a word
        long_enough = (
            len(clause) + 2 * dense >= EARLY_CHARS and len(clause.split()) + dense / 2 >= EARLY_WORDS
        )
        return end if long_enough else 0

    def _last_clause(self, mark: re.Pattern[str]) -> int:
        """Where the last clause that is followed by more text ends, 0 if there is none."""
        ends = [match.end() for match in mark.finditer(self._pending) if self._pending[: match.end()].strip()]
        return next((end for end in reversed(ends) if end < len(self._pending)), 0)


def split_sentences(text: str, language: str) -> list[str]:
    """A whole text as its sentences, each without white space around it; see :class:`SentenceStream`."""
    stream = SentenceStream(language, early=False)
    return [sentence.strip() for sentence in stream.push(text) + stream.flush() if sentence.strip()]
