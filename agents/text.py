"""Words as a recogniser writes them: case, accents and punctuation cannot be relied on, so none is used."""

from __future__ import annotations

import re
from functools import lru_cache

from emads_voice.writing import without_accents

_WORD = re.compile(r"[^\W_]+")

# Words that say nothing about the subject. Vietnamese ones are syllables, written without accents.
_STOP = """
a an and any are as at be been but by can could did do does for from get give had has have he her how i
if in into is it its just let like many may me more much must my need no not now of on one or our out
please say she should so some tell than that the their them then there these they this those to under up
us want was we were what when where which who whom whose why will with would you your about ai anh ban
bi cac cach cai can chi cho chua chung co con cua cung da dang de den di dieu do duoc em gi giup hay het
hien hoi khi khong la lai lam len luc ma may minh mot muon nao nay neu nen ngay nguoi nhieu nhu nhung
noi o phai qua ra rang rat roi se su ta tai tao the theo thi thoi toi tu tung va van vay ve vi viec voi
vua xin
"""
STOP_WORDS = frozenset(_STOP.split())

# Said whole, these say nothing either; "bao" alone is a storm.
STOP_PHRASES = re.compile(r"\bbao (?:nhieu|lau|gio|gom)\b|\b(?:nhu )?the nao\b|\bra sao\b|\blam sao\b")

_REMEMBERED_CHARS = 500
"""Longer texts are not remembered: four thousand of them would be 100 MB."""


def fold(text: str) -> str:
    """Lower case without accents: "Đà Nẵng" → "da nang"."""
    return _remembered(text) if len(text) <= _REMEMBERED_CHARS else _folded(text)


def _folded(text: str) -> str:
    return without_accents(text.casefold())


_remembered = lru_cache(maxsize=4096)(_folded)


def words(text: str) -> list[str]:
    """Folded words, in order, without punctuation."""
    return _WORD.findall(fold(text))


def content_words(text: str) -> list[str]:
    """Folded words that say something about the subject."""
    return [word for word in words(STOP_PHRASES.sub(" ", fold(text))) if word not in STOP_WORDS]


# Sounds a recogniser confuses share a letter; vowels are dropped (the idea of Soundex, Russell 1918).
_SOUNDS = str.maketrans({"b": "p", "v": "f", "c": "k", "q": "k", "g": "k", "d": "t", "z": "s", "x": "s"})


def sound(text: str) -> str:
    """The consonants of a text as they sound: "cooper net is" and "Kubernetes" are both "kprnts"."""
    consonants = re.sub(r"[aeiouyhw\W_]", "", fold(text)).translate(_SOUNDS)
    return re.sub(r"(.)\1+", r"\1", consonants)
