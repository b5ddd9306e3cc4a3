"""What is said in passing: by callers who have asked us to wait, or whose conversation is held on another line."""

from __future__ import annotations

from itertools import islice
from typing import Literal

from emads_voice.writing import QUESTION_MARKS

from .acts import Act
from .agreement import refuses
from .lexicon import languages_of, lexicon, spoken_words
from .recognition import MOST_WORDS, readings

Section = Literal[
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
]
_OPENING_WORDS = frozenset((Act.CHATTER, Act.GREETING, Act.PRESENCE))


def mentions(text: str, section: Section) -> bool:
    """Whether something of a section of the phrase files stands anywhere in an utterance; see :mod:`.lexicon`."""
    for language in languages_of(text):
        spoken = lexicon(language)
        patterns = spoken.passing[section]
        words = [*islice(spoken.words(text, every=True), MOST_WORDS if patterns else 0)]
        for at, word in enumerate(words):
            if any(pattern.ends(words, at) for pattern in patterns.get(word.plain, ())):
                return True
    return False


def asks_instead(text: str) -> bool:
    """Whether an offer is set aside for a question: "Fine then, what about trains?", not "Ask him what it is."."""
    if mentions(text, "passing on") or not (mentions(text, "set aside") or refuses(text)):
        return False
    return text.rstrip().endswith(tuple(QUESTION_MARKS)) or mentions(text, "asking")


def returns(text: str) -> bool | None:
    """Whether somebody who had asked us to wait says that they are back.

    True if they say so, and nothing else; False if they only say what may mean it ("Okay.", "Hello?"); None if they say
    more, or nothing.
    """
    found: bool | None = None
    for reading in readings(text):
        said = [phrase for phrase in reading.phrases if phrase]
        opens = all(each.act in _OPENING_WORDS or each.empty or each.back for each in said if not each.names)
        if opens and any(
            each.back or (each.act is Act.CHATTER and each.waiting) for each in said
        ):  # "Go on."
            return True
        if opens and said and not any(each.names for each in said):
            found = False
        if not reading.words and any(word in reading.spoken.calling for word, _ in spoken_words(text)):
            return True  # "Em ơi."
    return found


def pleads(text: str) -> bool:
    """Whether an utterance asks for something politely: "please"."""
    said = [word for word, _ in islice(spoken_words(text), MOST_WORDS)]
    return any(word in lexicon(language).pleading for language in languages_of(text) for word in said)
