"""Recognising dialogue acts by what is left of an utterance.

An utterance is an act only if nothing of substance is left once the phrases of acts, politeness, hesitations and names
are taken away: "Thanks, bye" is thanks and goodbye, "Thanks, and how much leave do I get?" is a question for an agent.
An act wrongly taken silences an agent, so what is doubtful is a question.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import islice

from emads_voice.writing import QUESTION_MARKS, SENTENCE_ENDS

from .acts import SMALL_TALK, Act, DialogueAct
from .lexicon import LANGUAGES, Lexicon, Phrase, lexicon, spoken_words
from .patterns import Word

_ENDS = "".join(dict.fromkeys([*SENTENCE_ENDS, *QUESTION_MARKS]))
MOST_WORDS = 40
"""Who says more says something. It bounds what reading an utterance costs."""

MOST_ASKED = 400
"""More words of questions are not looked at."""

_SENTENCE = re.compile(rf"[^{re.escape(_ENDS)}]+[{re.escape(_ENDS)}]*")

_ORDER = {act: place for place, act in enumerate(Act)}


def dialogue_act(text: str, *, names: Collection[str] = ()) -> DialogueAct | None:
    """What an utterance does that is nothing but dialogue acts; None if it says more, or nothing at all.

    Args:
        text: what was said or typed, in any of :data:`LANGUAGES`, with accents or without.
        names: what the agents are called: "cto", "giám đốc vận hành".
    """
    asks = _asks(text)
    for language in LANGUAGES:
        spoken = lexicon(language)
        words = list(islice(spoken.words(text), MOST_WORDS + 1))
        if len(words) > MOST_WORDS:
            return None
        if not words:
            if any(character.isalnum() for character in text):  # "um"
                pleads = any(word in spoken.pleading for word, _ in spoken_words(text))
                return DialogueAct((Act.CHATTER,), answers=pleads, asks=asks)
            continue
        called = [[*spoken.words(name)] for name in names]
        phrases = _phrases(words, spoken, called, asks=asks)
        if phrases is not None and (found := _read(phrases, asks=asks)):
            return _with_language(found, words, spoken)
    return None


def takes_up(text: str, question: str) -> bool:
    """Whether an utterance only takes up a question's words: "Stop it.", asked "Shall I stop or restart it?"."""
    for language in LANGUAGES:
        spoken = lexicon(language)
        asked = {
            form for word in islice(spoken.words(question), MOST_ASKED) for form in (word.text, word.plain)
        }
        said = [word.text for word in islice(spoken.words(text), MOST_WORDS + 1)]
        named = [word for word in said if word not in spoken.pointing]
        if named and asked.issuperset(named):
            return True
    return False


def declines(text: str) -> bool:
    """Whether an offer is turned down, and nothing more is said: "No need, thanks", "Never mind, I will call again"."""
    for language in LANGUAGES:
        spoken = lexicon(language)
        words = list(islice(spoken.words(text), MOST_WORDS + 1))
        phrases = _phrases(words, spoken, [], asks=_asks(text)) if len(words) <= MOST_WORDS else None
        if any(phrase and (phrase.no or phrase.act is Act.STOP) for phrase in phrases or ()):
            return True
    return False


def questions_in(text: str) -> str:
    """The questions in what was said, without what stands before, between and behind them; "" if there are none."""
    return " ".join(each for each in _SENTENCE.findall(text) if each.rstrip().endswith(tuple(QUESTION_MARKS)))


def _asks(text: str) -> bool:
    return text.rstrip().endswith(tuple(QUESTION_MARKS))


def _phrases(
    words: Sequence[Word], spoken: Lexicon, names: Sequence[Sequence[Word]], *, asks: bool
) -> list[Phrase | None] | None:
    """The fewest phrases that are all of the words, names as None; None if something is left."""
    reached: dict[int, list[Phrase | None]] = {0: []}
    for at, word in enumerate(words):
        before = reached.get(at)
        if before is None:
            continue
        found = [
            (end, phrase)
            for phrase in spoken.at(word)
            if asks or not phrase.asked
            for end in phrase.pattern.ends(words, at)
        ]
        called = [(at + len(name), None) for name in names if name and words[at : at + len(name)] == name]
        for end, phrase in [*found, *called]:
            through = [*before, phrase]
            if end > at and (end not in reached or _simpler(through, reached[end])):
                reached[end] = through
    return reached.get(len(words))


def _simpler(phrases: Sequence[Phrase | None], others: Sequence[Phrase | None]) -> bool:
    """Whether these are fewer, or as many that do less: "a bit" asks to wait, but not in "slower, a bit"."""
    if len(phrases) != len(others):
        return len(phrases) < len(others)
    does, others_do = ({each.act for each in row if each} - {None, Act.CHATTER} for row in (phrases, others))
    return max(1, len(does)) < len(others_do)


def _read(phrases: Sequence[Phrase | None], *, asks: bool) -> DialogueAct | None:
    said = [phrase for phrase in phrases if phrase]
    if any(phrase.act and not phrase.asked for phrase in said):  # "Sorry, who are you?"
        said = [phrase for phrase in said if not phrase.asked]
    acts = {phrase.act for phrase in said if phrase.act}
    if not acts:
        only_polite = bool(said) and all(phrase.empty for phrase in said)
        pleads = any(phrase.answers for phrase in said)
        return DialogueAct((Act.CHATTER,), answers=pleads, asks=asks) if only_polite else None
    if len(acts) > 1:
        acts.discard(Act.CHATTER)
    more = {phrase.act for phrase in said if phrase.act and not phrase.answers} - SMALL_TALK
    answers = not more and any(phrase.answers for phrase in said)
    waiting = any(phrase.waiting for phrase in said)
    agrees = acts == {Act.CHATTER} and any(phrase.agrees for phrase in said)
    return DialogueAct(tuple(sorted(acts, key=_ORDER.__getitem__)), answers, agrees, waiting, asks)


def _with_language(found: DialogueAct, words: Sequence[Word], spoken: Lexicon) -> DialogueAct:
    if Act.LANGUAGE not in found.acts:
        return found
    named = [
        name
        for at in range(len(words))
        for name, pattern in spoken.languages.items()
        if pattern.ends(words, at)
    ]
    return replace(found, language=named[-1] if named else "")
