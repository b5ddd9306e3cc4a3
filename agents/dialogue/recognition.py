"""Recognising dialogue acts by what is left of an utterance.

An utterance is an act only if nothing of substance is left once the phrases of acts, politeness, hesitations and names
are taken away: "Thanks, bye" is thanks and goodbye, "Thanks, and how much leave do I get?" is a question for an agent.
An act wrongly taken silences an agent, so what is doubtful is a question. Who asks for a person does, whatever else
they say, if they say it in a clause of its own: "This does not help, let me talk to somebody."
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from emads_voice.writing import QUESTION_MARKS, SENTENCE_ENDS

from .acts import SMALL_TALK, Act, DialogueAct
from .lexicon import Lexicon, Phrase, languages_of, lexicon, spoken_words
from .patterns import Word

_ENDS = "".join(dict.fromkeys([*SENTENCE_ENDS, *QUESTION_MARKS]))
MOST_WORDS = 60
"""Who says more says something. It bounds what reading an utterance costs."""

MOST_JOINED = 600
"""Characters of a clause that are looked at for more clauses in it."""
MOST_ASKED = 400
"""More words of questions are not looked at."""
REMEMBERED = 256
"""Utterances of all calls: what one does is asked several times in its turn, and takes up to 2 ms to find out."""
MOST_SENTENCES = 6
"""Of who says more, it is not told apart what is said to whom."""

_SENTENCE = re.compile(rf"[^{re.escape(_ENDS)}]+[{re.escape(_ENDS)}]*")
_CLAUSE_ENDS = re.compile(rf"[{re.escape(_ENDS)},;:—–，、；：،؛]|\s-\s")

_GOES_ON = re.compile(r"\W*(?:and|but|và|va|còn|con|und|et|y)\s", re.IGNORECASE)
_WHO = frozenset((Act.PERSON, Act.IDENTITY))

_ORDER = {act: place for place, act in enumerate(Act)}


@dataclass(frozen=True, slots=True)
class Reading:
    """An utterance that is nothing but phrases of one language.

    Attributes:
        phrases: of which it is made, the fewest; names as None.
        words: what it says, as phrases are written.
        spoken: the language.
        asks: whether it ends in a question mark.
        pleads: whether a word that was left out answers a question: "please".
    """

    phrases: Sequence[Phrase | None]
    words: Sequence[Word]
    spoken: Lexicon
    asks: bool
    pleads: bool


def readings(text: str, *, names: Collection[str] = (), consenting: bool = False) -> Iterator[Reading]:
    """How an utterance can be read, a language after the other; none if something of substance is in it.

    Args:
        text: what was said.
        names: what the agents are called.
        consenting: whether it is said to our question whether we may record, which has words of its own; what may
            have been a no is then read as one.
    """
    asks = text.rstrip().endswith(tuple(QUESTION_MARKS))
    for language in languages_of(text):
        spoken = lexicon(language)
        words = list(islice(spoken.words(text), MOST_WORDS + 1))
        if len(words) > MOST_WORDS:
            return
        called = [[*spoken.words(name)] for name in names] if words else []
        phrases = _phrases(words, spoken, called, asks=asks, consenting=consenting)
        if phrases is not None:
            pleads = any(word in spoken.pleading for word, _ in spoken_words(text))
            yield Reading(phrases, words, spoken, asks, pleads)


def dialogue_act(text: str, *, names: Collection[str] = ()) -> DialogueAct | None:
    """What an utterance does that is nothing but dialogue acts; None if it says more, or nothing at all.

    Args:
        text: what was said or typed, in any of :data:`.lexicon.LANGUAGES`, with accents or without.
        names: what the agents are called: "cto", "giám đốc vận hành".
    """
    return _dialogue_act(text, tuple(names))


@lru_cache(REMEMBERED)
def _dialogue_act(text: str, names: tuple[str, ...]) -> DialogueAct | None:
    for reading in readings(text, names=names):
        if (found := _read(reading)) and not _names_another(text, reading, found):
            return found
    return _insistent(text, names)


def _names_another(text: str, reading: Reading, found: DialogueAct) -> bool:
    """Whether only somebody is named, behind an "and": "And customer service?" goes on asking, of that department."""
    named = all(phrase.answers or phrase.asked for phrase in reading.phrases if phrase and phrase.act in _WHO)
    return bool(named and _WHO.issuperset(found.acts) and not reading.pleads and _GOES_ON.match(text))


def beside_question(text: str, *, names: Collection[str] = ()) -> DialogueAct | None:
    """What an utterance does beside asking the agents something, in sentences of its own before or behind that.

    "Can you hear me? What are the opening hours?" asks whether we are there, and its question is the rest. None where
    there is no such sentence, or only small talk: "Thanks. And what does it cost?"
    """
    sentences = [each.strip() for each in _SENTENCE.findall(text) if any(map(str.isalnum, each))]
    if not 2 <= len(sentences) <= MOST_SENTENCES:
        return None
    acts = [dialogue_act(each, names=names) for each in sentences]
    first, last = 0, len(sentences)
    while first < last and acts[first]:
        first += 1
    while last > first and acts[last - 1]:
        last -= 1
    said = [act for act in acts[:first] + acts[last:] if act]
    does = {each for act in said for each in act.acts} - SMALL_TALK
    if not does or first == last:
        return None
    language = next((act.language for act in said if act.language), "")
    question = " ".join(sentences[first:last])
    return DialogueAct(tuple(sorted(does, key=_ORDER.__getitem__)), language=language, question=question)


def takes_up(text: str, question: str) -> bool:
    """Whether an utterance only takes up a question's words: "Stop it.", asked "Shall I stop or restart it?"."""
    for language in languages_of(text):
        spoken = lexicon(language)
        asked = {
            form for word in islice(spoken.words(question), MOST_ASKED) for form in (word.text, word.plain)
        }
        said = [word.text for word in islice(spoken.words(text), MOST_WORDS + 1)]
        named = [word for word in said if word not in spoken.pointing]
        if named and asked.issuperset(named):
            return True
    return False


def can_be_declined(question: str) -> bool:
    """Whether a no answers a question: "Shall I book it?", but not "Which day?"."""
    return bool(question) and not any(
        word.text in spoken.choosing
        for spoken in map(lexicon, languages_of(question))
        for word in islice(spoken.words(question), MOST_ASKED)
    )


def declines(text: str) -> bool:
    """Whether an offer is turned down, and nothing more is said: "No need, thanks", "Never mind, I will call again"."""
    return any(
        phrase and (phrase.no or phrase.declines or phrase.act is Act.STOP)
        for reading in readings(text)
        for phrase in reading.phrases
    )


def questions_in(text: str) -> str:
    """The questions in what was said, without what stands before, between and behind them; "" if there are none."""
    return " ".join(each for each in _SENTENCE.findall(text) if each.rstrip().endswith(tuple(QUESTION_MARKS)))


def sentences_in(text: str) -> list[str]:
    """The sentences of what was said."""
    return [each.strip() for each in _SENTENCE.findall(text) if any(map(str.isalnum, each))]


def _insistent(text: str, names: Collection[str]) -> DialogueAct | None:
    """What is done in one of several clauses whatever the others say."""
    parts = [clause for clause in _CLAUSE_ENDS.split(text) if clause.strip()]
    clauses = [clause for part in parts for clause in _joined(part)]
    if not 2 <= len(clauses) <= 2 * MOST_SENTENCES:
        return None
    for clause in clauses:
        for reading in readings(clause, names=names):
            if any(phrase and phrase.whatever for phrase in reading.phrases) and (found := _read(reading)):
                return replace(found, answers=False, agrees=False)
    return None


def _joined(part: str) -> list[str]:
    """The clauses that are joined without a comma: "My order is wrong and I want to speak to a human"."""
    for language in languages_of(part):
        if (joins := lexicon(language).joins) and len(clauses := joins.split(part[:MOST_JOINED])) > 1:
            return clauses
    return [part]


def _phrases(
    words: Sequence[Word], spoken: Lexicon, names: Sequence[Sequence[Word]], *, asks: bool, consenting: bool
) -> list[Phrase | None] | None:
    """The fewest phrases that are all of the words, names as None; None if something is left."""
    reached: dict[int, list[Phrase | None]] = {0: []}
    furthest = 0
    for at, word in enumerate(words):
        if at > furthest:
            return None
        before = reached.get(at)
        if before is None:
            continue
        found = [
            (end, phrase)
            for phrase in spoken.at(word)
            if (asks or not phrase.asked) and (consenting or not phrase.consented)
            for end in phrase.pattern.ends(words, at)
        ]
        called = [(at + len(name), None) for name in names if name and words[at : at + len(name)] == name]
        for end, phrase in [*found, *called]:
            through = [*before, phrase]
            better = _safer if consenting else _simpler
            if end > at and (end not in reached or better(through, reached[end])):
                reached[end] = through
                furthest = max(furthest, end)
    return reached.get(len(words))


def _simpler(phrases: Sequence[Phrase | None], others: Sequence[Phrase | None]) -> bool:
    """Whether these are fewer, or as many that do less: "a bit" asks to wait, but not in "slower, a bit"."""
    if len(phrases) != len(others):
        return len(phrases) < len(others)
    does, others_do = ({each.act for each in row if each} - {None, Act.CHATTER} for row in (phrases, others))
    return max(1, len(does)) < len(others_do)


def _safer(phrases: Sequence[Phrase | None], others: Sequence[Phrase | None]) -> bool:
    """Whether these are fewer, or as many with a no, or a yes, among them: "dung" may be "đúng" and "đừng"."""
    return _consent(phrases) < _consent(others)


def _consent(phrases: Sequence[Phrase | None]) -> tuple[int, bool, bool]:
    said = [phrase for phrase in phrases if phrase]
    refuses, agrees = any(each.refuses for each in said), any(each.agrees for each in said)
    return len(phrases), not refuses, not agrees


def _read(reading: Reading) -> DialogueAct | None:
    said, asks = [phrase for phrase in reading.phrases if phrase], reading.asks
    if not reading.words:  # "um"
        return DialogueAct((Act.CHATTER,), answers=reading.pleads, asks=asks)
    if any(phrase.act and not phrase.asked for phrase in said):  # "Sorry, who are you?"
        doubtful = {phrase.act for phrase in said if phrase.asked} - {Act.REPEAT}
        said = [phrase for phrase in said if not phrase.asked]
        if doubtful and not {phrase.act for phrase in said} <= {None, *doubtful, *SMALL_TALK}:
            return None  # "May khoan con hang khong?"
    acts = {act for phrase in said for act in (phrase.act, *phrase.also) if act}
    if not acts:
        only_polite = bool(said) and all(phrase.empty for phrase in said)
        pleads = any(phrase.answers for phrase in said)
        return DialogueAct((Act.CHATTER,), answers=pleads, asks=asks) if only_polite else None
    named = all(phrase.answers for phrase in said if phrase.act is Act.PERSON)
    if Act.PERSON in acts and named and acts & {Act.IDENTITY, Act.CAPABILITIES}:
        return None  # "The manager, what is your name?" is no wish for one, or asks for the manager's
    if len(acts) > 1:
        acts.discard(Act.CHATTER)
    pleads = reading.pleads or any(phrase.empty and phrase.answers for phrase in said)
    turned_down = [phrase for phrase in said if phrase.act not in {None, *SMALL_TALK}]
    more = {phrase.act for phrase in said if phrase.act and not phrase.answers} - SMALL_TALK
    names_more = SMALL_TALK.issuperset(acts) and any(phrase.names for phrase in said)  # "Today, thanks."
    return DialogueAct(
        tuple(sorted(acts, key=_ORDER.__getitem__)),
        answers=names_more
        or (not more and any(phrase.answers for phrase in said) and not (Act.PERSON in acts and pleads)),
        agrees=acts == {Act.CHATTER} and any(phrase.agrees for phrase in said),
        waiting=any(phrase.waiting for phrase in said),
        asks=asks,
        declines=bool(turned_down) and all(phrase.declines for phrase in turned_down),
        chooses=any(phrase.chooses for phrase in said),
        parts=acts == {Act.GREETING} and all(phrase.parts or phrase.empty for phrase in said),
        last=Act.REPEAT in acts and any(phrase.last for phrase in said),
        language=_language(reading) if Act.LANGUAGE in acts else "",
    )


def _language(reading: Reading) -> str:
    """The language that is named last, by its English name; "" where none is."""
    named = [
        name
        for at in range(len(reading.words))
        for name, pattern in reading.spoken.languages.items()
        if pattern.ends(reading.words, at)
    ]
    return named[-1] if named else ""
