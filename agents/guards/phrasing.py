"""How models say things that nobody may be told, as data: `phrasing.yaml`, by language.

A sentence is compared as words, one after the other, so what it costs grows with its length and no faster.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from emads_voice.agents.yaml_text import parse_yaml
from emads_voice.writing import without_accents

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[,;:]")

Words = Sequence[str]


class Written(BaseModel):
    """One language of the file.

    Attributes:
        contractions: a word and the words it stands for.
        negations, conditions: what makes a sentence no claim.
        told_by_others: what makes it a report of somebody else's deed, or of one of long ago.
        by_me: what does not.
        breakers: after these, words are about something else.
        joiners: what may stand between somebody and their deed, and before each of several deeds.
        pointers: what a deed is done to that the caller has asked for.
        acts: deeds that are not an adviser's, with the forms for "has been …" and "is …ing".
        also_states: those of them that are also told of what simply is so.
        performatives: those done by saying so.
        i_have, i_am, i_will, i, we_have: somebody, before a deed done, being done, to be done, done by saying so.
        is_done, is_so, is: the same without anybody: "has been", "is now", "is" at the end of a clause.
        somebody: an adviser, of whom any deed is told that is none of an adviser's.
        marks: what then tells that it is done, before the deed; ends: after it, at the end of the clause.
        advising: what advisers do: they look, compare, recommend.
        deeds: other deeds of the past, in the words they are told with.
        yours: what is the caller's, of which it is no news how it simply is.
        whole: words of a sentence that is more than a deed alone.
        interjections: what a deed alone may begin with: "Okay, done".
        aside: with one of these behind it a deed is another: "made sure", "started from".
        finished: claims that name no deed.
        finished_without: those with a negation in them.
        roles: what a text begins with that is written into a model's prompt.
        commands: what a model is told to do, and no person.
        instructions: how one begins to tell what one was instructed.
        more: how a caller asks for a longer answer.
        refusing: what makes that a refusal to tell.
    """

    model_config = ConfigDict(extra="forbid")

    contractions: dict[str, str]
    negations: list[str]
    conditions: list[str]
    told_by_others: list[str]
    by_me: list[str]
    breakers: list[str]
    joiners: list[str]
    pointers: list[str]
    acts: dict[str, list[str]]
    also_states: list[str]
    performatives: list[str]
    i_have: list[str]
    i_am: list[str]
    i_will: list[str]
    i: list[str]
    we_have: list[str]
    is_done: list[str]
    is_so: list[str]
    is_: list[str]
    somebody: list[str]
    marks: list[str]
    ends: list[str]
    advising: list[str]
    deeds: list[str]
    yours: list[str]
    whole: list[str]
    interjections: list[str]
    aside: list[str]
    finished: list[str]
    finished_without: list[str]
    roles: list[str]
    commands: list[str]
    instructions: list[str]
    more: list[str]
    refusing: list[str]


class Phrases:
    """A set of phrases that is looked for in a row of words."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for phrase in phrases:
            words = tuple(phrase.split())
            self._by_first.setdefault(words[0], []).append(words)
        for alike in self._by_first.values():
            alike.sort(key=len, reverse=True)

    def at(self, words: Words, place: int) -> int:
        """How many words the longest phrase at a place has; 0 if none is there."""
        for phrase in self._by_first.get(words[place], ()) if place < len(words) else ():
            if tuple(words[place : place + len(phrase)]) == phrase:
                return len(phrase)
        return 0

    def within(self, words: Words) -> bool:
        """Whether one of them is anywhere in the words."""
        return any(self.at(words, place) for place in range(len(words)))


@dataclass(frozen=True)
class Phrasing:
    """A language as it is looked for.

    Attributes:
        accented: words are compared with their accents.
        inflected: verbs have forms of their own for what is past.
        sets: by their names in `Written`.
    """

    contractions: Mapping[str, str]
    accented: bool
    inflected: bool
    sets: Mapping[str, Phrases]

    def words(self, text: str) -> list[str]:
        """The words and commas of a sentence in small letters, contractions written out."""
        plain = unicodedata.normalize("NFC", text).casefold().replace("’", "'")
        if not self.accented:
            plain = without_accents(plain)
        found = []
        for word in _WORD.findall(plain):
            word = self.contractions.get(word, word).removesuffix("'s")
            found += word.split()
        return found


def both(text: str) -> tuple[Phrasing, ...]:
    """Every phrasing a sentence may be in: names and loanwords make the language of a short one uncertain."""
    english, accented, bare = _languages()
    return (english, accented if _accents(text) else bare)


def _accents(text: str) -> bool:
    return without_accents(text) != text


@cache
def _languages() -> tuple[Phrasing, Phrasing, Phrasing]:
    data = parse_yaml(files(__package__).joinpath("phrasing.yaml").read_text(encoding="utf-8"))
    written = {
        name: Written.model_validate(
            {("is_" if key == "is" else key): value for key, value in fields.items()}
        )
        for name, fields in data.items()
    }
    return (
        _phrasing(written["English"], accented=True, inflected=True),
        _phrasing(written["Vietnamese"], accented=True, inflected=False),
        _phrasing(written["Vietnamese"], accented=False, inflected=False),
    )


def _phrasing(written: Written, *, accented: bool, inflected: bool) -> Phrasing:
    def phrases(texts: Iterable[str]) -> Phrases:
        normal = (unicodedata.normalize("NFC", text).replace("-", " ") for text in texts)
        return Phrases(text if accented else without_accents(text) for text in normal)

    lists = {
        name: value for name, value in written.model_dump().items() if name not in ("acts", "contractions")
    }
    acts = written.acts
    forms = {act: given or [act, act] for act, given in acts.items()}
    return Phrasing(
        written.contractions,
        accented,
        inflected,
        {
            **{name: phrases(texts) for name, texts in lists.items()},
            "base": phrases(acts),
            "done": phrases(given[0] for given in forms.values()),
            "doing": phrases(given[1] for given in forms.values()),
            "approved": phrases(forms[act][0] for act in written.performatives),
            "surely_done": phrases(
                given[0] for act, given in forms.items() if act not in written.also_states
            ),
        },
    )
