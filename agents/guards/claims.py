"""Claims that something was approved or done. An adviser approves nothing and does nothing: a person decides.

What counts is who is said to have done what, and whether it is said as done. "I have approved it" is a claim; "Once you
have approved it", "The board approved it in March" and "I have not approved it" are none.
"""

from __future__ import annotations

import re
from itertools import takewhile

from .phrasing import Phrasing, Words, both

_BETWEEN = 14
"""Words between somebody and the deed: "I have, as you wished, looked at the offer and approved it"."""
_PAUSES = (",", ";", ":")
_SHORTEST_PAST = 4
"""Letters of "need" and the like, which are no verbs of the past."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_SHORT = 6
"""Words in a sentence without a verb of its own: "Purchase approved and order placed."."""


def claims(sentence: str, *, acted: bool = False) -> bool:
    """Whether a sentence claims that something was approved or done, is being done, or will be.

    Args:
        sentence: one sentence.
        acted: a tool has done something meanwhile, so that only approving is a claim.
    """
    if sentence.rstrip().endswith(("?", "？")):
        return False
    return any(_claims(phrasing, phrasing.words(sentence), acted) for phrasing in both(sentence))


def _claims(phrasing: Phrasing, words: Words, acted: bool) -> bool:
    sets = phrasing.sets
    if _somebody(phrasing, words, "i", "performatives"):
        return True
    excused = any(sets[name].within(words) for name in ("negations", "conditions"))
    if acted:
        return not excused and _somebody(phrasing, words, "i_have", "approved")
    if sets["finished_without"].within(words) or (sets["finished"].within(words) and not excused):
        return True
    if _somebody(phrasing, words, "i_have", "done") or _somebody(phrasing, words, "i_am", "doing"):
        return True
    if excused:
        return False
    if _somebody(phrasing, words, "i_will", "base") or _somebody(
        phrasing, words, "we_have", "done", to_it=True
    ):
        return True
    if _does_more_than_advise(phrasing, words):
        return True
    if _reported(phrasing, words):
        return False
    return (
        _of_yours(phrasing, words)
        or _somebody(phrasing, words, "is_done", "surely_done")
        or _somebody(phrasing, words, "is_so", "done")
        or _at_the_end(phrasing, words)
        or _over(phrasing, words)
        or _bare(phrasing, words)
    )


def _reported(phrasing: Phrasing, words: Words) -> bool:
    """Whether it is told of somebody else, or of a time that is over."""
    if phrasing.sets["by_me"].within(words):
        return False
    return phrasing.sets["told_by_others"].within(words) or any(map(_YEAR.fullmatch, words))


def _somebody(phrasing: Phrasing, words: Words, opening: str, what: str, *, to_it: bool = False) -> bool:
    """Whether an opening is followed by a deed, with nothing between them but what joins the two."""
    sets = phrasing.sets
    for start in range(len(words)):
        length = sets[opening].at(words, start)
        if not length or _conditional(phrasing, words, start):
            continue
        place, joined = start + length, True
        for _ in range(_BETWEEN):
            if place >= len(words) or sets["negations"].at(words, place) or sets["breakers"].at(words, place):
                break
            act = sets[what].at(words, place) if joined else 0
            if act and any(sets[name].at(words, place + act) for name in ("aside", "negations")):
                break
            if act and (not to_it or sets["pointers"].within(words[place + act : place + act + 3])):
                return True
            joiner = sets["joiners"].at(words, place)
            joined = bool(joiner) or words[place] == ","
            place += max(joiner, 1)
    return False


def _conditional(phrasing: Phrasing, words: Words, start: int) -> bool:
    """Whether a condition stands right before: "once I have"."""
    return phrasing.sets["conditions"].within(words[max(0, start - 2) : start])


def _does_more_than_advise(phrasing: Phrasing, words: Words) -> bool:
    """Whether an adviser is the subject of a clause and has done what advisers do not: "I bumped the budget up"."""
    sets = phrasing.sets
    for start in range(len(words)):
        length = sets["somebody"].at(words, start)
        if not length or not _opens(phrasing, words, start):
            continue
        place, marked = start + length, False
        while place < len(words) and (
            mark := sets["marks"].at(words, place) or sets["joiners"].at(words, place)
        ):
            marked = marked or bool(sets["marks"].at(words, place))
            place += mark
        if (
            place >= len(words)
            or sets["advising"].at(words, place)
            or sets["aside"].within(words[place + 1 : place + 2])
        ):
            continue
        if sets["deeds"].at(words, place) or _is_past(phrasing, words[place], marked=marked):
            return True
        clause = list(takewhile(lambda word: word not in _PAUSES, words[place:]))
        if any(
            length and n + length == len(clause)
            for n in range(1, len(clause))
            if (length := sets["ends"].at(clause, n))
        ):
            return True
    return False


def _opens(phrasing: Phrasing, words: Words, start: int) -> bool:
    """Whether a clause begins at a place, but for what a sentence may begin with: "Dạ, em …", "Good news: I …"."""
    before = words[:start]
    return (
        not before
        or before[-1] in _PAUSES
        or any(phrasing.sets[name].at(before, len(before) - 1) for name in ("interjections", "joiners"))
    )


def _is_past(phrasing: Phrasing, word: str, *, marked: bool) -> bool:
    """Whether a word is a verb of the past: in English by its ending, in Vietnamese where something marks it."""
    if phrasing.inflected:
        return word.endswith("ed") and len(word) > _SHORTEST_PAST
    return marked and word not in _PAUSES


def _of_yours(phrasing: Phrasing, words: Words) -> bool:
    """Whether something of the caller's is told to be done with: "Your ticket is closed", "được duyệt rồi ạ"."""
    sets = phrasing.sets
    if not sets["yours"].within(words):
        return False
    for start in range(len(words)):
        opening = sets["is_"].at(words, start) or sets["is_done"].at(words, start)
        if opening and sets["done"].at(words, start + opening):
            return True
    return False


def _at_the_end(phrasing: Phrasing, words: Words) -> bool:
    """Whether a clause ends with "is approved", or goes on with a deed; in its middle that tells how things are."""
    sets = phrasing.sets
    for start in range(len(words)):
        if not (length := sets["is_"].at(words, start)):
            continue
        place = start + length
        if act := sets["done"].at(words, place):
            place += act
            if place == len(words) or words[place] in (",", ";", ":", "and", "và"):
                return True
    return False


def _over(phrasing: Phrasing, words: Words) -> bool:
    """Whether a clause is a deed and that it is over: "hóa đơn thanh toán xong rồi"."""
    sets = phrasing.sets
    for start in range(len(words)):
        place = start + sets["surely_done"].at(words, start)
        end = place + sets["ends"].at(words, place)
        if start < place < end and (end == len(words) or words[end] in _PAUSES):
            return True
    return False


def _bare(phrasing: Phrasing, words: Words) -> bool:
    """Whether it begins with a deed alone: "Okay, done.", "Approved and ordered.", "Purchase approved."."""
    sets, start = phrasing.sets, 0
    while start < len(words) and (length := sets["interjections"].at(words, start)):
        start += length + (words[start + length : start + length + 1] == [","])
    words = words[start:]
    if "," in words:
        words = words[: words.index(",")]
    if not words or len(words) > _SHORT or sets["is_"].within(words) or sets["breakers"].within(words):
        return False
    first = sets["done"].at(words, 0)
    if first and sets["base"].at(words, 0) != first:  # a verb without forms may be a request
        return first == len(words) or bool(sets["joiners"].at(words, first))
    if sets["whole"].within(words):
        return False
    last = next((n for n in range(1, len(words)) if n + sets["done"].at(words, n) == len(words)), 0)
    return bool(last) and sets["base"].at(words, last) != len(words) - last
