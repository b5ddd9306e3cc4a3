"""Yes and no, listening and being there: what short words mean to who has asked, or speaks."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice

from emads_voice.writing import without_accents

from .acts import SMALL_TALK, Act
from .lexicon import Phrase, languages_of, lexicon
from .recognition import MOST_WORDS, REMEMBERED, readings

_THERE = frozenset((Act.PRESENCE, Act.GREETING))


@lru_cache(REMEMBERED)
def agrees(text: str) -> bool | None:
    """Whether an utterance is nothing but a yes, or nothing but a no; None if it is neither, or more than that.

    Where both are said ("yes, no, I do not know"; "không được") it is a no, and so is what has lost its accents and
    may have been one: "dung" for "đừng", not for "đúng".
    """
    for said in dict.fromkeys((text, without_accents(text))):
        for reading in readings(said, consenting=True):
            phrases = [phrase for phrase in reading.phrases if phrase]
            if all(_is_answer(phrase) for phrase in phrases):
                if any(phrase.refuses for phrase in phrases):
                    return False
                return True if any(phrase.agrees for phrase in phrases) else None
    return None


def _is_answer(phrase: Phrase) -> bool:
    """Whether it may stand in a yes or a no."""
    does = phrase.act in SMALL_TALK or phrase.act is None
    return phrase.refuses or phrase.agrees or (does and not phrase.asked and not phrase.waiting)


def refuses(text: str) -> bool:
    """Whether an utterance is a no, or begins with one and says what is wrong: "No, make it eight"."""
    if agrees(text) is False:
        return True
    first, comma, _ = text.partition(",")
    return bool(comma) and agrees(first) is False


@lru_cache(REMEMBERED)
def listens(text: str) -> bool:
    """Whether an utterance, made while we speak, only tells us to go on: "uh-huh", "ừ", "vâng ạ"."""
    return any(
        all(
            phrase and (phrase.act is Act.CHATTER or phrase.empty) and not phrase.asked
            for phrase in each.phrases
        )
        for each in readings(text)
    )


def shows_presence(text: str) -> bool:
    """Whether an utterance begins as that of somebody who is there, and talks to us: "Hello?", "Sorry, I am back."."""
    for language in languages_of(text):
        spoken = lexicon(language)
        words = list(islice(spoken.words(text), MOST_WORDS))
        for phrase in spoken.at(words[0]) if words else ():
            if (phrase.act in _THERE or phrase.empty) and phrase.pattern.ends(words, 0):
                return True
    return agrees(text) is True or listens(text)
