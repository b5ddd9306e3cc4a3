"""What is dictated comes in parts, with pauses between them: numbers, spelled names, addresses, codes, dates, amounts.

An utterance is read from its end. Each word has a kind (:mod:`.dictated_words`), a figure or a letter has one in any
language, and what may go on is a pattern over the kinds of the last words, whatever stop a recogniser has put there.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from emads_voice.writing import QUESTION_MARKS

from .dictated_words import WORDS
from .strategy import Said

_LAST = 24  # words that are looked at: a card's sixteen digits, and what was said before them

_CHUNK = re.compile(r"[^\s,;!…]+")
_MARKS = ".:()#?？\"'“”‘’–—-。"
_FIGURE = re.compile(r"\+?\d+(?:[.,/-]\d+)*")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)", re.IGNORECASE)
_SPELLED = re.compile(r"[^\W\d_](?:[-.][^\W\d_])+")  # "N-G-U", "N.G.U."
_CODE = re.compile(r"(?=[A-Za-z-]*\d)(?=[\d-]*[A-Za-z])[A-Za-z\d-]{2,24}")
_COMMON = frozenset(["2d", "3d", "3g", "4g", "5g", "4k", "a4", "b2b", "covid-19", "h2o", "mp3", "mp4"])
_CLOCK = re.compile(r"[ap]\.?m", re.IGNORECASE)
_DOTTED = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_DOMAIN = re.compile(r"\.(?:com|net|org|edu|gov|io|vn|uk|co)$", re.IGNORECASE)

# Kinds beside those of words: D three digits or more, n two, Z figures that begin with a zero, x letters with digits,
# l a letter, L capitals, S letters joined, I a letter that is a word too, g words joined by a dot, u a domain,
# @ an e-mail address, and a point for all others.
_RUN = re.compile(r"[dzyitnDZxlLSIwsq]*$")
_COMPLETE = re.compile(r"[@uT]$")
_GOES_ON = re.compile(
    r"(?:"
    r"[xSgjw]"  # "B12", "N-G-U", "John.smith", "anna underscore", "double"
    r"|(?:j|gA|j\.A)\.|j\.n"  # "john dot smith", "john.smith at gmail"
    r"|[lI]l|lI|l[ndzDZ]|[ndzDZ]l"  # "N G", "A 12"
    r"|[lLsI]f[fY]?\.(?:[lI])?|[sq]s|sq"  # "N for Nancy", "A as in apple, B", "nờ dài"
    r"|w[dn]|h|o|tO"  # "plus 84", "two hundred", "the 12th"
    r"|^.{0,2}O"  # "The first"
    r"|p[dytnZi]{1,3}"  # "ngày mười hai"
    r"|B.{0,8}[mond]"  # "born on the twelfth of May"
    r"|[cePk].{0,5}b"  # "My number is"
    r"|[cP].{0,5}b.{0,2}[dzytnDZxlLSIsi]"  # "my number is nine"
    r"|^[cP][dytnlI]{1,3}"  # "Số 12"
    r"|k.{0,2}[lLSIsdtn]"  # "it is spelled N"
    r"|e.{0,4}b.{1,5}"  # "my e-mail is john"
    r"|[dynDZxt].{0,6}a.{0,3}"  # "12 đường Lê Lợi"
    r")$"
)

_FRAGMENT = re.compile(r".{0,3}[dztnDZxlLSIsq]+")

_CONTINUES = re.compile(
    r"@|g|j|A.{0,2}(?:u|jT)|Ym|m[dnty]|y\.$"  # "dot com", "at example.com", "of May", "năm 1990"
    r"|[dnDZxlSt][dzytinDZxlLSIwsq]*$"  # figures and letters alone
)


class _Token(NamedTuple):
    kind: str
    digits: str = ""


class Dictation:
    """A longer silence after what is dictated, unless all of it was said: within a telephone number there are three
    pauses, of up to 1.5 s where somebody reads it."""

    def __init__(self, seconds: float = 1.8) -> None:
        """``seconds`` of silence end an utterance whose last words are dictated."""
        self.seconds = seconds

    def silence_s(self, said: Said) -> float | None:
        """None where nothing is dictated, or all of it was."""
        text = (said.text or "").strip()
        if not text or text.endswith(tuple(QUESTION_MARKS)):
            return None
        language = said.language.base_code if said.language else "en"
        return self.seconds if is_dictated(text, language, said.asked) else None


def is_dictated(text: str, language: str, asked: str = "") -> bool:
    """Whether a text ends within a number, a name that is spelled, an address, a code, a date or an amount.

    Args:
        text: what was said.
        language: its code: "en" and "vi" are known by their words too, others by figures and letters alone.
        asked: the question that it may answer: to "What is your order number?" a lone "12" is only the beginning.
    """
    tokens = _tokens(text, language)
    kinds = "".join(token.kind for token in tokens)
    wanted = {token.kind for token in _tokens(asked, language)} & set("cePk")
    run = _RUN.search(kinds)
    numbers = tokens[run.start() :] if run else []
    telephone = "P" in kinds or "P" in wanted
    if _COMPLETE.search(kinds) or (telephone and _is_whole_phone_number(numbers)):
        return False
    if wanted and _FRAGMENT.fullmatch(kinds):
        return True
    return _is_number(numbers, language) or bool(_GOES_ON.search(kinds))


def continues(text: str, language: str) -> bool:
    """Whether a text begins in the middle of what is dictated: "dot com", "at example.com", "of May", "345"."""
    return bool(_CONTINUES.match("".join(token.kind for token in _tokens(text[:200], language))))


def _is_number(run: list[_Token], language: str) -> bool:
    """Whether figures at the end of an utterance are digits of something: "two" is an answer, and so is "20"."""
    if language == "vi" and len(run) <= 2 and run and run[-1].kind in "zy":
        run = run[:-1]  # "được không", "hai năm": not a zero, not a five
    digits = sum(len(token.digits) for token in run)
    if digits >= 3 or any(token.kind == "Z" for token in run):
        return True
    return [token.kind in "dz" for token in run[-2:]] == [True, True]


def _is_whole_phone_number(run: list[_Token]) -> bool:
    digits = "".join(token.digits for token in run)
    return (len(digits) == 10 and digits[0] == "0") or (len(digits) == 11 and digits[:2] == "84")


def _tokens(text: str, language: str) -> list[_Token]:
    chunks = _CHUNK.findall(text[-400:])[-_LAST:]
    shouted = text.isupper()
    tokens: list[_Token] = []
    for chunk in chunks:
        for part in _parts(chunk.strip(_MARKS)):
            kind = _token(part, language, first=not tokens, shouted=shouted)
            if kind.kind == "D" and len(kind.digits) == 4 and tokens and tokens[-1].kind in "Ymy":
                kind = _Token(".")  # a year
            tokens.append(kind)
    return tokens


def _parts(chunk: str) -> list[str]:
    if "-" not in chunk or not chunk.replace("-", "").isalpha() or _SPELLED.fullmatch(chunk):
        return [chunk] if chunk else []
    return [chunk] if chunk.casefold() == "e-mail" else chunk.split("-")


def _token(chunk: str, language: str, *, first: bool, shouted: bool) -> _Token:
    folded = chunk.casefold()
    if _FIGURE.fullmatch(chunk):
        digits = "".join(filter(str.isdigit, chunk))
        if digits[0] == "0" or chunk[0] == "+":
            return _Token("Z", digits)
        return _Token("d" if len(digits) == 1 else "n" if len(digits) == 2 else "D", digits)
    if word := _words(language).get(folded):
        return word
    if _ORDINAL.fullmatch(chunk):
        return _Token("o")
    if "@" in chunk:
        return _Token("@" if "." in chunk.rpartition("@")[2] else "g")
    if len(chunk) == 1 and chunk.isalpha() and (chunk.isascii() or (chunk.isupper() and not first)):
        common = folded in "ai" and (chunk.islower() or first or folded == "i")
        return _Token("I" if common else "l")
    if _CLOCK.fullmatch(chunk):
        return _Token(".")
    if _SPELLED.fullmatch(chunk):
        return _Token("S")
    if _DOTTED.fullmatch(chunk) and not chunk[0].isdigit():
        return _Token("u" if _DOMAIN.search(chunk) else "g")
    if _CODE.fullmatch(chunk) and chunk[-1] not in "kKđ" and folded not in _COMMON:
        return _Token("x", "".join(filter(str.isdigit, chunk)))
    if chunk.isupper() and len(chunk) > 1 and not shouted:
        return _Token("L")
    return _Token(".")


@cache
def _words(language: str) -> dict[str, _Token]:
    if language not in WORDS:
        return {}
    words = WORDS[language]
    tokens = {word: _Token(kind, "0" if kind == "t" else "") for word, kind in words.kinds.items()}
    for digit, names in enumerate(words.digits.split()):
        for name in names.split("/"):
            tokens[name] = _Token("d" if digit else "z", str(digit))
    if language == "vi":
        tokens |= {five: _Token("y", "5") for five in ("năm", "lăm")}
    return tokens
