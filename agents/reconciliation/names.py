"""Whether two names mean the same option. Where that is not certain, the answer is "unsure", never a guess.

Names are compared with their accents, their order and their negations: "Dừng" (stop) is not "Dùng" (use), "from Hanoi
to Singapore" is not its reverse, and "do not move" is not "move".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

Relation = Literal["same", "within", "around", "unsure", "different"]
"""Of a name to another: it means the same; all its words are in the other; the other's are all in it; …"""

_WORD = re.compile(r"[^\W_]+")
_FILLERS = frozenset(("a", "an", "the", "our", "we", "option", "plan", "go", "with", "let", "us"))
_PHRASES = re.compile(r"\bphương án\b|\bviệc\b|\bcủa\b")
_NOT = re.compile(r"n['’]t\b")

_NEGATIONS_TEXT = """
not no never without stop cancel against avoid reject nothing neither nor cease abandon refuse drop không
đừng chưa chớ dừng ngừng bỏ hủy khỏi tránh
"""
NEGATIONS = frozenset(_NEGATIONS_TEXT.split())
_ORDERED_TEXT = """
from to into onto before after over than instead rather for by via từ sang đến tới về qua trước sau thay hơn
thành cho bằng
"""
_ORDERED = frozenset(_ORDERED_TEXT.split())
"""Words that make the order of others count."""
_CHANGING_TEXT = """
and or then plus but while only except half some part first và hoặc hay rồi cùng nhưng chỉ trừ nửa phần
"""
_CHANGING = frozenset(_CHANGING_TEXT.split())
"""Words with which a longer name says something else than the shorter one in it."""

_REORDERED_WORDS = 3
"""Names of at most so many words say the same in another order: "Kubernetes, managed"."""
_OVERLAP = 0.5
"""From this share of common words on, two names may mean the same."""


def named_words(name: str) -> list[str]:
    """The words of a name as they are compared: small, accents after their letters, fillers left out."""
    text = unicodedata.normalize("NFC", name).casefold()
    found = _WORD.findall(_PHRASES.sub(" ", _NOT.sub(" not", text)))
    # The last "a" is no article: "move plan A".
    told = [
        word
        for at, word in enumerate(found)
        if word not in _FILLERS or (word == "a" and at == len(found) - 1)
    ]
    return [_spelt(word) for word in told or found]


def negated(words: Sequence[str]) -> bool:
    """Whether a negation is among them."""
    return not _SPELT_NEGATIONS.isdisjoint(words)


def relation(one: str, other: str) -> Relation:
    """What one name is to another."""
    return _of(named_words(one), named_words(other))


def _of(one: list[str], other: list[str]) -> Relation:
    one, other = _expanded(one, other), _expanded(other, one)
    if one == other:
        return "same"
    if _SPELT_NEGATIONS & set(one) != _SPELT_NEGATIONS & set(other):
        return "different"
    if sorted(one) == sorted(other):
        return _reordered(one)
    plain, plain_other = [_bare(word) for word in one], [_bare(word) for word in other]
    if plain == plain_other:  # the same but for accents: another word, or one typed without them
        return "unsure" if plain == one or plain_other == other else "different"
    for inner, outer, says in ((one, other, "within"), (other, one, "around")):
        if set(inner) < set(outer):
            more = set(outer) - set(inner)
            certain = more.isdisjoint(_SPELT_CHANGING) and not any(map(_numbers, more))
            return says if certain and in_order(inner, outer) else "unsure"  # type: ignore[return-value]
    if len(one) == len(other) and sum(map(_typed_alike, one, other)) == len(one):
        return "unsure"
    common, all_words = set(plain) & set(plain_other), set(plain) | set(plain_other)
    return "unsure" if len(common) >= _OVERLAP * len(all_words) else "different"


def _numbers(word: str) -> bool:
    """Whether a word counts, or tells one of several from another: "10", "b"."""
    return len(word) == 1 or any(char.isdigit() for char in word)


def _reordered(one: list[str]) -> Relation:
    ordered = _SPELT_ORDERED & set(one)
    if ordered:
        return "different"
    return "same" if len(one) <= _REORDERED_WORDS else "unsure"


def in_order(inner: Sequence[str], outer: Sequence[str]) -> bool:
    """Whether a text that has all words of a name has them as the name means them: in its order, where that counts."""
    rest = iter(outer)
    return all(word in rest for word in inner) or (
        len(inner) <= _REORDERED_WORDS and _SPELT_ORDERED.isdisjoint(inner)
    )


def _expanded(words: list[str], others: list[str]) -> list[str]:
    """Words with abbreviations such as "k8s" written as the other name writes them."""
    return [next((long for long in others if _abbreviates(word, long)), word) for word in words]


def _abbreviates(short: str, long: str) -> bool:
    parts = re.fullmatch(r"([a-z])(\d+)([a-z])", short)
    return bool(
        parts
        and long.isalpha()
        and long[0] == parts[1]
        and long[-1] == parts[3]
        and len(long) == int(parts[2]) + 2
    )


def _typed_alike(one: str, other: str) -> bool:
    """Whether they are one slip of a finger apart: "kubernets" and "kubernetes"."""
    if one == other:
        return True
    if min(len(one), len(other)) < 4 or abs(len(one) - len(other)) > 1:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    rest, rest_other = one[start:], other[start:]
    return (
        rest[1:] == rest_other[1:]
        or rest[1:] == rest_other
        or rest == rest_other[1:]
        or (rest[:2] == rest_other[1::-1] and rest[2:] == rest_other[2:])
    )


def _spelt(word: str) -> str:
    """Letters first, then their accents, which are placed one way or another: "hoà" is "hòa"."""
    parts = unicodedata.normalize("NFD", word)
    letters = "".join(part for part in parts if not unicodedata.combining(part))
    return letters + "".join(sorted(part for part in parts if unicodedata.combining(part)))


def _bare(word: str) -> str:
    return "".join(part for part in word if not unicodedata.combining(part)).replace("đ", "d")


_SPELT_NEGATIONS, _SPELT_ORDERED, _SPELT_CHANGING = (
    frozenset(map(_spelt, words)) for words in (NEGATIONS, _ORDERED, _CHANGING)
)
