"""The language a conversation is held in, as it goes on: one word of another language does not change it.

Recognisers misjudge short utterances, loanwords and names are said in any language, and a polite word is known in many.
So the language changes with a whole sentence in another one, or with a request for it, and with nothing less.
"""

from __future__ import annotations

import re

from emads_voice.vietnamese import may_be_vietnamese
from emads_voice.voice.languages import VIETNAMESE, Language
from emads_voice.writing import UNSPACED

from .language import identify

_SENTENCE = 3
"""Different words of a language that prove that somebody speaks it: "Where is it?", "Tôi không hiểu". In scripts
without spaces, one more in characters."""
_OWN_NAMES = {
    "en": "english|tiếng anh|tieng anh",
    "vi": "vietnamese|tiếng việt|tieng viet",
    "de": "german|deutsch|tiếng đức",
    "es": "spanish|español|tiếng tây ban nha",
    "fr": "french|français|tiếng pháp",
    "ja": "japanese|日本語|tiếng nhật",
    "ko": "korean|한국어|tiếng hàn",
    "zh": "chinese|中文|普通话|tiếng trung|tiếng hoa",
}
"""What a language is called by those who ask for it."""

_COURTESIES = re.compile(
    r"\b(?:thank you(?: (?:very|so) much)?|thanks(?: a lot| so much)?|see you(?: later| again)?|excuse me"
    r"|good (?:morning|afternoon|evening|night|bye)|no problem|of course|xin chào|xin cảm ơn|cảm ơn|cám ơn"
    r"|ok|okay|yes|yeah|no|nope|hello|hi|hey|alo|bye|goodbye|sorry|please|danke|merci|gracias|bonjour)\b"
)
"""What people say in languages they do not speak."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE_START = re.compile(r"(?:^|[.!?…]\s)\s*\W*$")
_NO_SPACES = re.compile(rf"[{UNSPACED}]")


def conversation_language(text: str, heard: Language, before: Language, *, certain: bool = True) -> Language:
    """The language in which a conversation goes on after somebody has said or typed something.

    The first call that has to compare languages other than Vietnamese loads a model (0.8 s): not for the event loop
    where ``heard`` and ``before`` differ.

    Args:
        text: what they said.
        heard: what that is in, as far as can be told from it alone.
        before: what was spoken until then.
        certain: whether it was spoken by them; False where they are only expected to, and a word of their own will do.
    """
    if heard == before or not text.strip():
        return before
    if heard.base_code == before.base_code:
        return heard  # a dialect
    folded = text.casefold()
    if (called := _OWN_NAMES.get(heard.base_code)) and re.search(rf"(?<!\w)(?:{called})(?!\w)", folded):
        return heard
    return heard if _speaks(_without_names(text), heard, before, certain=certain) else before


def _speaks(text: str, heard: Language, before: Language, *, certain: bool) -> bool:
    """Whether a text proves that somebody speaks the one language, rather than the other."""
    least = _SENTENCE if certain else 1
    rest = _COURTESIES.sub(" ", text.casefold())
    unspaced = len(set(_NO_SPACES.findall(rest)))
    words = set(_WORD.findall(_NO_SPACES.sub(" ", rest)))
    if unspaced:
        return unspaced > max(least, len(words))
    if VIETNAMESE in (heard, before):
        vietnamese = sum(map(may_be_vietnamese, words))
        others = len(words) - vietnamese
        own, foreign = (vietnamese, others) if heard == VIETNAMESE else (others, vietnamese)
        return own >= least and (own > foreign or (own == foreign and not certain))
    return len(words) >= least and identify(rest, (before, heard)) == heard


def _without_names(text: str) -> str:
    """The text without words that are written as names are: with a capital inside a sentence, or several in a row."""
    words = list(_WORD.finditer(text))
    capital = [word.group()[:1].isupper() for word in words]
    if all(capital) and text.isupper():
        return text  # somebody types in capitals
    kept, last = [], 0
    for at, word in enumerate(words):
        first = bool(_SENTENCE_START.search(text[max(0, word.start() - 8) : word.start()]))
        beside = at + 1 < len(words) and capital[at + 1] and text[word.end() : words[at + 1].start()] == " "
        if (
            capital[at]
            and (not first or beside)
            and word.group() not in ("I", "I'm", "I’m", "I'll", "I'd", "I've")
        ):
            kept.append(text[last : word.start()])
            last = word.end()
    return "".join(kept) + text[last:]
