"""The phrases of one language, read from its file: ``en.txt``, ``vi.txt``, and so on.

A file has sections. ``[names]`` gives patterns a name, ``[spellings]`` says what else a word is written like,
``[languages]`` what languages are called, ``[dropped]`` lists words that may stand anywhere and change nothing (those
of ``[dropped accented]`` only with their accents, without which they are other words). All others hold phrases, a line
each, and say what a phrase does: ``[thanks]``; ``[polite]`` for what does nothing, ``[besides]`` for what does nothing
beside an act, but alone may be an answer ("today"); ``[no]`` for a no; ``[consented]`` for what is said beside the yes
or no to our question whether we may record.
Behind that may stand ``answers`` (where a question was just asked, it is answered with this), ``agrees`` (so it is, and
also where an answer only called for it: "Say yes to confirm."), ``asked`` (only where the utterance ends in a question
mark), ``waiting`` (only while the caller waits for an answer), ``declines`` (turns down what was offered or asked),
``last`` (means only the last sentence), ``whatever`` (whatever else is said with it), ``chooses`` (answers a question
that asks for a choice or a time: "See you Friday"), ``parts`` (a greeting that is a goodbye at the end of a talk:
"Chào em"), or what is done besides (``[slower repeat]``). Words that are dropped but alone
answer a question ("Please.") are ``[dropped answers]``; ``[pointing]`` lists what points at something a question has
named ("stop it"), ``[choosing]`` the words of questions that a no cannot answer ("which", "or"), ``[joining]`` the two
words with which a clause is joined to another one without a comma ("and I"), ``[calling]`` words with which somebody is
called ("ơi").

``[back]`` is what those say who had asked us to wait, and are back. The sections of :data:`PASSING` are looked for
anywhere in an utterance: what is said to others in the room, or to us, while we wait; that a caller whose conversation
is held elsewhere wants a new one, or none; that they do not want to wait, or do; that they correct themselves, or us;
and times, which a question may ask about.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from emads_voice.writing import HAN, HANGUL, KANA, THAI, UNSPACED, without_accents

from .acts import Act
from .patterns import Pattern, Word, read_pattern, words_of

PASSING = (
    "to others",
    "to us",
    "anew",
    "not anew",
    "not waiting",
    "staying",
    "correcting",
    "times",
    "set aside",
    "asking",
    "passing on",
)
"""Sections of what may stand anywhere in an utterance, and is no act."""

_LATIN, _CHINESE, _JAPANESE = "a-zà-ɏḁ-ỹ", HAN, HAN + KANA
LANGUAGES: Mapping[str, str] = {
    **dict.fromkeys(("en", "vi", "fr", "de", "es", "pt", "id"), _LATIN),
    "zh": _CHINESE,
    "yue": _CHINESE,
    "ja": _JAPANESE,
    "ko": HANGUL,
    "th": THAI,
    "ru": "\u0400-\u04ff",
    "ar": "\u0600-\u06ff",
    "hi": "\u0900-\u097f",
}
"""Of these there are files; with the characters that they are written in, as a part of a regular expression."""

_OTHER_SCRIPTS = re.compile(f"[{''.join({*LANGUAGES.values()} - {_LATIN})}]")
_WRITTEN_IN = {code: re.compile(f"[{script}]", re.IGNORECASE) for code, script in LANGUAGES.items()}

# Signs of vowels and tones that belong to the letter before them, but are no letters to a regular expression.
_THAI_SIGNS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
_SIGNS = "\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963"
_LETTERS = rf"(?:[^\W_{UNSPACED}]|[{_SIGNS}])+"
_SPOKEN = re.compile(
    rf"[{HAN}{KANA}]|[{THAI}][{_THAI_SIGNS}]*|{_LETTERS}(?:['’ʼ]{_LETTERS})*['’]?"
)  # where no spaces are written, each character is a word
# Short vowels, and letters that are as often written without their hamza or dots.
_ARABIC = str.maketrans("أإآٱىة", "ااااي" + "ه", "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0640")
_NO_APOSTROPHES = frozenset(("vi", "id"))
_APOSTROPHE = re.compile("[a-z]'[a-z]", re.IGNORECASE)
_SENTENCE_BEGINS = re.compile(r"(?:^|[.!?…:;])[\s\"“'¿¡–—-]*$")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One line of a file.

    Attributes:
        pattern: the words.
        act: what it does; None if nothing.
        also: what it does besides.
        answers: whether it answers a question.
        asked: whether it has to be asked.
        waiting: whether it is said while waiting.
        agrees: whether it gives consent.
        empty: whether it says nothing by itself.
        no: whether it is a no.
        declines: whether it turns something down.
        last: whether it means the last sentence alone.
        whatever: whether it counts whatever else is said.
        chooses: whether it answers a question that asks for a choice, or a time.
        parts: whether it is a goodbye at the end of a talk.
        names: whether it does nothing beside an act, but alone may be an answer.
        back: whether it says that somebody is back who had asked us to wait.
        consented: whether it is only said beside the answer to our question whether we may record.
    """

    pattern: Pattern
    act: Act | None
    also: frozenset[Act]
    answers: bool
    asked: bool
    waiting: bool
    agrees: bool
    empty: bool
    no: bool
    declines: bool
    last: bool
    whatever: bool
    chooses: bool
    parts: bool
    consented: bool
    names: bool
    back: bool

    @property
    def refuses(self) -> bool:
        """Whether it is a no, to what is asked."""
        return self.no or (self.consented and self.declines)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The phrases of a language.

    Attributes:
        phrases: by the word they begin with, without accents.
        languages: what languages are called, by their English names.
        pleading: words that are left out, but alone answer a question: "please".
        pointing: words that point at something which was named before: "it".
        choosing: words of questions that a no cannot answer: "which".
        calling: words with which somebody is called: "ơi".
        passing: what is said in passing, by the section and the word it begins with.
        joins: finds where a clause begins that is joined to another one, "and I"; None where none are listed.
    """

    phrases: Mapping[str, Sequence[Phrase]]
    languages: Mapping[str, Pattern]
    pleading: frozenset[str]
    pointing: frozenset[str]
    choosing: frozenset[str]
    calling: frozenset[str]
    passing: Mapping[str, Mapping[str, Sequence[Pattern]]]
    joins: re.Pattern[str] | None
    _spellings: Mapping[str, tuple[str, ...]]
    _dropped: frozenset[str]

    def words(self, text: str, *, every: bool = False) -> Iterator[Word]:
        """The words of an utterance, as phrases are written: short forms written out; what says nothing is left out,
        unless ``every`` word is wanted."""
        for text_of, named in spoken_words(text):
            for word in _spelled(text_of, self._spellings):
                if every or word.text not in self._dropped:
                    yield Word(word.text, word.plain, named)

    def at(self, word: Word) -> Iterator[Phrase]:
        """The phrases that may begin with a word."""
        yield from self.phrases.get(word.plain, ())
        if word.named:
            yield from self.phrases.get("{name}", ())


def languages_of(text: str) -> Iterator[str]:
    """The languages that a text can be in, by its script; Latin letters beside another one are those of loanwords."""
    other = bool(_OTHER_SCRIPTS.search(text))
    for code, written in _WRITTEN_IN.items():
        if code in _NO_APOSTROPHES and text.isascii() and _APOSTROPHE.search(text):
            continue  # "I'm" is not "im"
        if written.search(text) and not (other and LANGUAGES[code] is _LATIN):
            yield code


def spoken_words(text: str) -> Iterator[tuple[str, bool]]:
    """The words of a text in small letters without apostrophes, each with whether its capital may be that of a name."""
    text = unicodedata.normalize("NFC", text)
    shouted = text.isupper()
    for found in _SPOKEN.finditer(text):
        word = found[0]
        inside = not _SENTENCE_BEGINS.search(text, max(0, found.start() - 8), found.start())
        yield _small(word), inside and word[0].isupper() and len(word) > 1 and not shouted


def _small(word: str) -> str:
    return re.sub("['’ʼ]", "", word.casefold()).translate(_ARABIC)


def _spelled(word: str, spellings: Mapping[str, tuple[str, ...]]) -> list[Word]:
    return [Word(each, without_accents(each)) for each in spellings.get(word, (word,))]


@cache
def lexicon(language: str) -> Lexicon:
    """The phrases of a language, by its code.

    Raises:
        ValueError: its file cannot be read; the message says which line.
    """
    text = (files(__package__) / f"{language}.txt").read_text(encoding="utf-8")
    return read_lexicon(text)


def warm_up() -> None:
    """Read the files of the languages that are written in Latin letters, so that the first utterance need not wait."""
    for language in languages_of("latin"):
        lexicon(language)


def read_lexicon(text: str) -> Lexicon:
    """The phrases in the text of a file. See :func:`lexicon`."""
    sections = _sections(unicodedata.normalize("NFC", text))
    spellings: dict[str, tuple[str, ...]] = {}
    for line in sections.pop("spellings", []):
        written, _, meant = line.partition("=")
        for each in written.split("|"):
            spellings["".join(map(_small, each.split()))] = tuple(map(_small, meant.split()))

    def listed(section: str) -> set[str]:
        return {_small(word) for line in sections.pop(section, []) for word in line.split()}

    joining = sections.pop("joining", [])
    listed_in = ("dropped answers", "pointing", "choosing", "calling")
    pleading, pointing, choosing, calling = map(listed, listed_in)
    dropped = listed("dropped") | pleading
    dropped |= {without_accents(word) for word in dropped} | listed("dropped accented")
    named: dict[str, Pattern] = {}

    known: dict[str, list[Word]] = {}  # most words are in many phrases

    def spelled(written: str) -> list[Word]:
        if written not in known:
            known[written] = [each for each in every_word(written) if each.text not in dropped]
        return known[written]

    def every_word(written: str) -> list[Word]:
        return [each for part, _ in spoken_words(written) for each in _spelled(part, spellings)]

    def read(written: str, spelled: Callable[[str], list[Word]] = spelled) -> Pattern:
        return read_pattern(written, {each: spelled(each) for each in words_of(written)}, named)

    called = [line.partition("=") for line in sections.pop("languages", [])]
    languages = {name.strip(): read(names) for name, _, names in called}
    if called:
        named["language"] = read(" | ".join(names for *_, names in called))
    for line in sections.pop("names", []):
        name, _, written = line.partition("=")
        named[name.strip()] = read(written)
    passing = {
        section: _by_beginning(read(line, every_word) for line in sections.pop(section, []))
        for section in PASSING
    }
    phrases: defaultdict[str, list[Phrase]] = defaultdict(list)
    for header, lines in sections.items():
        does, *marks = header.split()
        act = None if does in _NO_ACTS else Act(does)
        for line in lines:
            pattern = read(line)
            phrase = Phrase(
                pattern,
                act,
                also=frozenset(Act(mark) for mark in marks if mark in {*Act}),
                answers=bool({"answers", "agrees"} & {*marks}),
                asked="asked" in marks,
                waiting="waiting" in marks,
                agrees="agrees" in marks,
                empty=does == "polite",
                no=does == "no",
                declines="declines" in marks,
                last="last" in marks,
                whatever="whatever" in marks,
                chooses="chooses" in marks,
                parts="parts" in marks,
                consented=does == "consented",
                names=does == "besides",
                back=does == "back",
            )
            if "" in pattern.begins:
                raise ValueError(
                    f"“{line}” may be empty: write a word that must be said, and is not dropped."
                )
            for word in pattern.begins:
                phrases[word].append(phrase)
    return Lexicon(
        dict(phrases),
        languages,
        frozenset(pleading),
        frozenset(pointing),
        frozenset(choosing),
        frozenset(calling),
        passing,
        _joins(joining),
        spellings,
        frozenset(dropped),
    )


def _by_beginning(patterns: Iterable[Pattern]) -> Mapping[str, Sequence[Pattern]]:
    kept: defaultdict[str, list[Pattern]] = defaultdict(list)
    for pattern in patterns:
        for word in pattern.begins:
            kept[word].append(pattern)
    return kept


def _joins(lines: Sequence[str]) -> re.Pattern[str] | None:
    pairs = [pair.split() for line in lines for pair in line.split("|")]
    if not pairs:
        return None
    pairs += [[without_accents(word) for word in pair] for pair in pairs]
    either = "|".join(rf"{re.escape(word)}\s(?={re.escape(begins)}\b)" for word, begins in pairs)
    return re.compile(rf"\s(?:{either})", re.IGNORECASE)


def _sections(text: str) -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for raw in text.splitlines():
        line = raw.partition("#")[0].strip()
        if re.fullmatch(r"\[[a-z ]+\]", line) and line[1:-1].split()[0] in _HEADERS:
            lines = sections.setdefault(line[1:-1], [])
        elif line:
            lines.append(line)
    return sections


_NO_ACTS = ("besides", "polite", "no", "consented", "back")
_HEADERS = frozenset(
    (
        *("names", "spellings", "languages", "dropped", "pointing", "choosing", "joining", "calling"),
        *_NO_ACTS,
        *Act,
        *(section.split()[0] for section in PASSING),
    )
)
