"""What is dictated comes in parts, with pauses between them: numbers, spelled names, addresses, codes, dates, amounts.

An utterance is read from its end. Each word has a kind (:mod:`.dictated_words`), a figure or a letter has one in any
language, and what may go on is a pattern over the kinds of the last words, whatever stop a recogniser has put there.
What was asked for (:mod:`.wanted`) tells what such words are the beginning of.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from emads_voice.writing import QUESTION_MARKS, without_accents

from .dictated_words import WORDS
from .strategy import Said
from .wanted import Wanted, figures_wanted, wanted

_LAST = 24  # words that are looked at: a card's sixteen digits, and what was said before them

_CHUNK = re.compile(r"[^\s,;!…]+[,;!…]*")
_MARKS = ".:()#?？\"'“”‘’–—-。,;!…"
_STOPS = (".", ",", ";", "!", "…", "。")
_FIGURE = re.compile(r"\+?\d+(?:[.,/-]\d+)*")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)", re.IGNORECASE)
_SPELLED = re.compile(r"[^\W\d_](?:[-.][^\W\d_])+")  # "N-G-U", "N.G.U."
_CODE = re.compile(r"(?=[A-Za-z-]*\d)(?=[\d-]*[A-Za-z])[A-Za-z\d-]{2,24}")
_THOUSANDS = re.compile(r"\d{1,3}[kK]")  # unless it stands within a code: "X, 7K"
_COMMON = frozenset(
    [
        "2d",
        "3d",
        "3g",
        "4g",
        "5g",
        "4k",
        "a4",
        "b2b",
        "covid-19",
        "h2o",
        "mp3",
        "mp4",
        "o.k",
        "q1",
        "q2",
        "q3",
        "q4",
        "s3",
        "ec2",
        "k8s",
    ]
)
_CLOCK = re.compile(r"[ap]\.?m", re.IGNORECASE)
_DOTTED = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_DOMAIN = re.compile(r"(?<!www)\.(?:com|net|org|edu|gov|io|vn|uk|co)$", re.IGNORECASE)
_VIETNAMESE_LETTERS = frozenset("ăâđêôơư")

# Kinds beside those of words: D three digits or more, n two, Z figures that begin with a zero, x letters with digits,
# l a letter, L capitals, S letters joined, I a letter that is a word too, g words joined by a dot, u a domain, E an
# e-mail address, X a year, C a word with a capital, and an underscore for all others.
_OTHER = "[_CVKWO]"
_DIGITS = "dzytinDZx"
_ATOMS = f"{_DIGITS}lLSIwsq"
_RUN = re.compile(rf"[{_ATOMS}]*$")
_COMPLETE = re.compile(r"[EuT]$")
_GOES_ON = re.compile(
    r"(?:"
    r"[xSgjw]"  # "B12", "N-G-U", "John.smith", "anna underscore", "double"
    rf"|(?:j|gA|j{_OTHER}A){_OTHER}|j{_OTHER}?[nD]"  # "john dot smith", "john.smith at gmail"
    r"|[lLISsq]l|[lS]I|l[ndzDZyt]|[ndzDZyt]l"  # "N G", "A 12"
    rf"|[lLsI]f[fY]?(?:{_OTHER}|m)[lI]?|[sql]s|[dyn][dyn]s|sq|[sl]d?K"  # "N for Nancy", "A as in apple, B", "nờ dài"
    r"|w[dntz]|[dnDtyziZh]h|(?<!m)o|tO|[dnDtZzy]\."  # "plus 84", "two hundred", "the 12th"
    r"|(?:^|v)O"  # "The first"
    r"|p[dytnZi]{1,3}"  # "ngày mười hai"
    r"|M.?[dytnDZhH]+"  # "I would like to transfer 1"
    r"|GA[dnD]+|G[_r]{0,2}c[dytnD]+"  # "I live at 77", "Nhà em số 5"
    r"|B.{0,8}[mondyt]"  # "born on the twelfth of May"
    r"|[NcePkB].{0,5}b"  # "My number is"
    rf"|[NcP].{{0,5}}b.{{0,2}}[{_ATOMS}K]"  # "my number is nine"
    rf"|^[_CF]{{0,2}}c+(?:[{_DIGITS}lLI]|[_CG]{{1,2}}[dnDZxlLsS]){{1,3}}|^c"  # "Số 12", "Extension"
    rf"|cY[{_DIGITS}]+"  # "the amount of 12"
    rf"|^[aW][{_DIGITS}lI]{{1,3}}"  # "Flat 3"
    r"|k.{0,2}[lLSIsdtn]"  # "it is spelled N"
    r"|e.{0,4}b[^r]{1,5}"  # "my e-mail is john"
    r"|[dynDZxt][^r]{0,6}a[^r]{0,3}|^[dtyn]+[DZn]?[_C]{1,3}W[_C]{0,2}"  # "12 đường Lê Lợi", "42 Wallaby Way"
    r")$"
)
_LETTERED = re.compile(rf"[{_ATOMS}]*(?:w[{_ATOMS}]*[dtyn]|[xDZ][{_ATOMS}]*L|L[{_ATOMS}]*[dnDZx])[{_ATOMS}]*")
"""A run of figures with a "plus" in it, or with capitals beside them: "GB29 NWBK"."""
_NAMED = re.compile(r"N[_CFr]{0,2}b[CVWK]{1,3}$")  # "My last name is Smith"
_FAMILY_NAME = re.compile(
    r"\b(?:last|first|middle|family|full|user) ?name\b|\bsurname\b|họ tên|tên đệm|tên lót"
    r"|\b(?:nguyễn|nguyen|trần|lê|phạm|huỳnh|phan|võ|đặng|bùi|đỗ|ngô)\W*$"
)
"""A name that is given unasked is all of it ("My name is John"), but for a part of one."""
_HOSTED = re.compile(r"N[_CFr]{0,2}b[_CVWKe]{1,2}$")
_HOST_NAME = re.compile(
    r"\b(?:host|domain|server|machine|computer|device|file|folder|branch|login|user|repository|project) ?name\b"
    r"|tên (?:máy|miền|đăng nhập|tệp|file|thư mục|nhánh|máy chủ|server)"
)
"""A name on a computer, of which parts are joined by signs that are said: "Host name is web." "dash"."""
_COUNTED = re.compile(r"^[^NcPekFD]+[_CLW]b_?D$")  # "The budget is 300"
_BARE = re.compile(rf"(?!.*Od)(?=.*[dtynDZxlSosO])[Fbv]{{0,3}}[{_ATOMS}hHoOmpvYX]*[{_ATOMS}hHoOmp]")
"""Nothing but what is dictated: "4.", "The third of March". "The first one" is a choice."""

_FRAGMENT = rf"[^r]{{0,3}}[{_ATOMS}Km]+"
_PART = {
    Wanted.CODE: re.compile(rf"{_FRAGMENT}|[^r]{{0,2}}c"),
    Wanted.SPELLING: re.compile(rf"{_FRAGMENT}|[F_CNb]{{0,4}}[_CWK]"),
    Wanted.NAME: re.compile(rf"{_FRAGMENT}|(?:[CrFN_b]{{0,4}}[bN]|r|F?)[CVWKOd]{{1,4}}"),
    Wanted.EMAIL: re.compile(
        rf"{_FRAGMENT}|(?:.{{0,4}}b|F?)(?:[^rb]{{1,3}}|[^rb]{{1,5}}A[^rb]{{0,2}}|[^rb]{{1,4}}j[^rb]{{0,4}})"
    ),
    Wanted.ADDRESS: re.compile(r"[^rX]{0,10}[^rXFb]"),
    Wanted.AMOUNT: re.compile(rf"[^r]{{0,3}}[{_DIGITS}hH]+"),
    Wanted.TIME: re.compile(r"[F_v]{0,2}[dyznt]"),
    Wanted.BIRTHDAY: re.compile(r"[^r]{0,4}[dztnDZyioOpmYv]*[dztnDZyiomO]"),
}
"""What may be no more than the beginning of what was asked for."""
_WHOLE_DATE = re.compile(r"X$|[nZd]{3}$")

_CONTINUES = re.compile(
    rf"E|g|j|A.{{0,2}}(?:u|jT)|Ym|m[dnty]|m$|[yY]?X|lf"  # "dot com", "at example.com", "of May", "năm 1990"
    rf"|[dnDZxlLSsqtw][{_ATOMS}hH]*$"  # figures and letters alone
)


class _Token(NamedTuple):
    kind: str
    digits: str = ""
    stops: bool = False  # whether there is a mark after it


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
    wants = wanted(asked)
    run = _RUN.search(kinds)
    numbers = tokens[run.start() :] if run else []
    telephone = "P" in kinds or bool(re.search("phone|thoại", asked.casefold()))
    if _COMPLETE.search(kinds) or (telephone and _is_whole_phone_number(numbers)):
        return False
    if _digits(numbers) == (figures_wanted(asked) or figures_wanted(text)) > 0:
        return False
    if wants - {Wanted.SHORT}:
        parts = {want for want in wants if (part := _PART.get(want)) and part.fullmatch(kinds)}
        if Wanted.BIRTHDAY in parts and _WHOLE_DATE.search(kinds):
            return False
        if Wanted.NAME in parts and len(parts) == 1 and _is_whole_name(text, tokens, language):
            return False
        if parts:
            return True
    elif not wants and _BARE.fullmatch(kinds):
        return True  # to no question: who says nothing but figures or letters reads something out
    if (
        _NAMED.search(kinds)
        and _FAMILY_NAME.search(text.casefold())
        and not _is_whole_name(text, tokens, language)
    ):
        return True
    if _HOSTED.search(kinds) and _HOST_NAME.search(text.casefold()):
        return True
    if _is_number(numbers, language) and not _COUNTED.search(kinds):
        return True
    return bool(_GOES_ON.search(kinds))


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
    if _LETTERED.fullmatch("".join(token.kind for token in run)):
        return True
    return [token.kind in "dz" for token in run[-2:]] == [True, True]


def _digits(run: list[_Token]) -> int:
    """How many figures were said; 0 where words for tens leave that open."""
    return sum(len(token.digits) for token in run) if all(token.kind in "dzynDZ" for token in run) else 0


def _is_whole_phone_number(run: list[_Token]) -> bool:
    digits = "".join(token.digits for token in run)
    return (len(digits) == 10 and digits[0] == "0") or (len(digits) == 11 and digits[:2] == "84")


def _is_whole_name(text: str, tokens: list[_Token], language: str) -> bool:
    """Whether the last words are a whole name, said in one go: two words, in Vietnamese three.

    Recognisers that write stops leave it out where a voice sounds as if it went on.
    """
    if not text.islower() and not text.endswith(_STOPS):
        return False
    words = 3 if language == "vi" else 2
    last = tokens[-words:]
    named = len(last) == words and all(token.kind in "_CWKO" for token in last)
    return named and not any(token.stops for token in last[:-1])


def _tokens(text: str, language: str) -> list[_Token]:
    chunks = _CHUNK.findall(text[-400:])[-_LAST:]
    shouted = text.isupper() and len(text) > 12  # "SMITH." is spelled
    unaccented = language == "vi" and text.isascii()
    spoken = _Token("C" if text.islower() else "_")  # some recognisers write no capitals
    tokens: list[_Token] = []
    before = ""
    for chunk in chunks:
        for part in _parts(chunk.strip(_MARKS), language):
            token = _token(part, language, first=not tokens, shouted=shouted, unaccented=unaccented)
            if token.kind == "D" and len(token.digits) == 4 and tokens and tokens[-1].kind in "Ymy":
                token = _Token("X", token.digits)
            if _THOUSANDS.fullmatch(part) and tokens and tokens[-1].kind in "lLSx":
                token = _Token("x", part[:-1])
            if token.kind == "r" and part.casefold() == "second" and tokens and tokens[-1].kind == "t":
                token = _Token("O")  # "twenty second"
            if token.kind == "z" and part.casefold() == "lẻ" and before == "máy":
                tokens.pop()
                token = _Token("c")  # "máy lẻ" is an extension
            if token.kind == "_":
                token = spoken
            before = part.casefold()
            tokens.append(token._replace(stops=chunk.endswith(_STOPS)))
    return tokens


def _parts(chunk: str, language: str) -> list[str]:
    if "-" not in chunk or not chunk.replace("-", "").isalpha() or _SPELLED.fullmatch(chunk):
        return _stem(chunk, language) if chunk else []
    return [chunk] if chunk.casefold() in ("e-mail", "x-ray") else chunk.split("-")


def _stem(chunk: str, language: str) -> list[str]:
    """ "number's" is "number is"."""
    stem, mark, rest = chunk.replace("’", "'").partition("'")
    word = _words(language, unaccented=False).get(stem.casefold())
    return [stem, "is"] if mark and rest == "s" and word and word.kind in "NcePB" else [chunk]


def _token(chunk: str, language: str, *, first: bool, shouted: bool, unaccented: bool) -> _Token:
    folded = chunk.casefold()
    if _FIGURE.fullmatch(chunk):
        digits = "".join(filter(str.isdigit, chunk))
        if digits[0] == "0" or chunk[0] == "+":
            return _Token("Z", digits)
        return _Token("d" if len(digits) == 1 else "n" if len(digits) == 2 else "D", digits)
    if word := _words(language, unaccented=unaccented).get(folded):
        return _Token("L") if word.kind in "Tj" and chunk.isupper() and not shouted else word
    if folded in _COMMON:
        return _Token("_")
    if _ORDINAL.fullmatch(chunk):
        return _Token("o")
    if "@" in chunk:
        return _Token("E" if "." in chunk.rpartition("@")[2] else "g")
    if len(chunk) == 1 and chunk.isalpha() and (chunk.isascii() or (chunk.isupper() and not first)):
        common = folded in "ai" and (chunk.islower() or first or folded == "i")
        return _Token("I" if common else "l")
    if language == "vi" and folded in _VIETNAMESE_LETTERS:
        return _Token("l")
    if _CLOCK.fullmatch(chunk):
        return _Token("_")
    if _SPELLED.fullmatch(chunk):
        return _Token("S")
    if _DOTTED.fullmatch(chunk) and not chunk[0].isdigit():
        return _Token("u" if _DOMAIN.search(chunk) else "g")
    if _CODE.fullmatch(chunk) and chunk[-1] not in "kKđ":
        return _Token("x", "".join(filter(str.isdigit, chunk)))
    if chunk.isupper() and len(chunk) > 1 and not shouted:
        return _Token("L")
    return _Token("C" if chunk[0].isupper() else "_")


@cache
def _words(language: str, *, unaccented: bool) -> dict[str, _Token]:
    if language not in WORDS:
        return {}
    words = WORDS[language]
    tokens = {word: _Token(kind, "0" if kind == "t" else "") for word, kind in words.kinds.items()}
    for digit, names in enumerate(words.digits.split()):
        for name in names.split("/"):
            tokens[name] = _Token("d" if digit else "z", str(digit))
    if language == "vi":
        tokens |= {five: _Token("y", "5") for five in ("năm", "lăm")}
    if (
        unaccented
    ):  # some recognisers write "khong chin mot"; other words would be too many others without accents
        kept = {word: token for word, token in tokens.items() if token.kind in "ihpmcNbBP" and len(word) > 2}
        kept |= {word: token for word, token in tokens.items() if token.kind in "dzyt"}
        tokens = {without_accents(word): token for word, token in kept.items()}
    return tokens
