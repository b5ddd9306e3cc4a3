"""E-mail addresses, written and spoken: "an.nguyen@example.com", "an chấm nguyễn a còng gmail chấm com"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .spoken import NUMBER_WORDS
from .words import Word, unaccented, written

_LOCAL = r"[\w.!#$%&'*+/=?^`{|}~-]"  # RFC 5322, 3.2.3: what may stand before the @
# Begun only where such characters begin, and never gone back on, so that each is looked at once: on a long run of them
# without an @ a pattern that tries again from every letter takes seconds.
_MAIL = r"(?i:gmail|yahoo|outlook|hotmail|icloud|protonmail)"  # what needs no ending to be known
WRITTEN = re.compile(rf"(?<!{_LOCAL}){_LOCAL}++@(?:[\w-]++(?:\.[\w-]++)++|{_MAIL}\b)")

_DOTS = {".", "chấm", "cham", "dot", "point"}
_JOINTS = _DOTS | {"-", "_", "+", "dash", "hyphen", "underscore", "plus"}
_STROKES = {"gạch": {"dưới", "ngang", "nối"}, "gach": {"duoi", "ngang", "noi"}}
_SIGN = {"còng", "cong", "móc", "moc", "vòng", "vong"}
_ENDINGS = written(
    """com vn net org edu gov io info biz co uk me ai dev app us eu de fr jp sg au ca asia name pro tech cloud
    xyz"""
)
_PROVIDERS = written(
    """gmail yahoo outlook hotmail icloud proton protonmail live msn aol yandex zoho gmx mail fpt vnn viettel"""
)
_MENTIONS = written("""email emails mail mails gmail thư thu reach write send gửi gui address địa""")
_MENTIONED_WITHIN = 10
_NO_PART = written(
    """is are s m it i'm it's mail's la là email mail mails thư thu address địa chỉ dia chi vào vao tới toi to
    at on by the my  me us cho qua cua của em tôi anh chị mình dùng dung use and or và hoặc hoac from với
    voi this that nhé , : ; ( ) ? !  gửi gui send write reach look mail: e-mail nhận nhan lại"""
)
_ANNOUNCING = written("is là la : email mail chỉ chi address")
_MOST_WORDS = 4
"""Of a name that is said before the sign, "john van smith at", or of a company's after it."""


def spoken_addresses(given: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Where addresses stand that are not written as one: the first word of each, and the word after its last."""
    done = 0
    for at, word in enumerate(given):
        if at < done or not at:
            continue
        certain = word.text == "@" or (word.text in _SIGN and given[at - 1].text == "a")
        if not certain and word.text not in {"at", "ét", "ắt", "ở"}:
            continue
        sign = at - 1 if word.text in _SIGN else at
        end = _domain(given, at + 1, words=3) or _cut_domain(given, at)
        if not end or sign == done:
            continue
        start, joined = _local(given, sign, done)
        if start == sign:
            continue
        one = at + 2 < len(given) and given[at + 2].text in _DOTS
        said = certain or (one and word.text != "ở" and (joined or given[at + 1].text in _PROVIDERS))
        if said or _mentioned(given, start, end):
            yield _announced_start(given, start, done), end
            done = end


def _domain(given: Sequence[Word], at: int, *, words: int) -> int:
    """The word after a domain that begins at one; 0 if none does. Its first label may be several words."""
    for label in range(1, words + 1):
        end = at + label
        if end >= len(given) or not _is_part(given[end - 1]):
            return 0
        if given[end].text not in _DOTS:
            continue
        known = 0
        while end + 1 < len(given) and given[end].text in _DOTS:
            if unaccented(given[end + 1].text) in _ENDINGS:
                known = end + 2
            elif not _is_part(given[end + 1]):
                break
            elif given[end].text == "." and given[end].end != given[end + 1].start:
                break  # a sentence ends
            end += 2
        return known
    return 0


def _cut_domain(given: Sequence[Word], sign: int) -> int:
    """The word after "gmail com", or after "gmail" where a name with a digit in it stands before; else 0."""
    before, follows = given[sign - 1].text, given[sign + 1].text if sign + 1 < len(given) else ""
    if follows in _PROVIDERS and sign + 2 < len(given) and given[sign + 2].text in _ENDINGS:
        return sign + 3
    return sign + 2 if follows in _PROVIDERS - {"live", "mail"} and before[-1].isdigit() else 0


def _local(given: Sequence[Word], sign: int, done: int) -> tuple[int, bool]:
    """The first word of what stands before the sign, and whether it has several parts."""
    start, joined = sign, False
    if start > done and _is_part(given[start - 1]):
        start -= 1
        while start > done:
            if joint := _joint(given, start, done):
                start, joined = start - joint - 1, True
            elif _touches(given, start, done):
                start, joined = start - 1, True  # spelt
            else:
                break
    return start, joined


def _touches(given: Sequence[Word], start: int, done: int) -> bool:
    """Whether the word before one belongs to the same part, as letters that are spelt and digits after a name."""
    said, follows = given[start - 1], given[start]
    joined = start - 2 >= done and given[start - 2].text in _JOINTS
    if not (_is_part(said) or (joined and said.text[0].isalnum())):
        return False
    if _is_small(said) and _is_small(follows):
        return True
    return any(_is_small(word) and word.text not in {"i", "a"} for word in (said, follows))


def _joint(given: Sequence[Word], start: int, done: int) -> int:
    """How many words join the part before a word to it; 0: nothing does."""
    if start - 1 < done:
        return 0
    before = given[start - 1]
    if before.end != given[start].start and given[start].end == given[start + 1].start:
        return 0  # a sentence ends before an address that is written: "All is well. an.nguyen@example.com"
    if start - 2 >= done and before.text in _JOINTS and _is_part(given[start - 2]):
        return 1
    if (
        start - 3 >= done
        and before.text in _STROKES.get(given[start - 2].text, ())
        and _is_part(given[start - 3])
    ):
        return 2
    return 0


def _announced_start(given: Sequence[Word], start: int, done: int) -> int:
    """Where an address begins, with the names that were said before its last part: "my email is john smith at"."""
    for count in range(1, _MOST_WORDS):
        at = start - count
        if at < done or not _is_part(given[at]):
            announcing = given[at].text if at >= done else ""
            return at + 1 if announcing in _ANNOUNCING else start
    return start


def _is_small(word: Word) -> bool:
    """A letter or a digit: addresses are spelt."""
    return len(word.text) == 1 or bool(word.figures) or word.text in NUMBER_WORDS


def _is_part(word: Word) -> bool:
    return word.text not in _NO_PART and word.text not in _JOINTS and (word.text[0].isalnum())


def _mentioned(given: Sequence[Word], start: int, end: int) -> bool:
    around = [*given[max(0, start - _MENTIONED_WITHIN) : start], *given[end : end + 4]]
    return any(word.text in _MENTIONS for word in around)
