"""All messages of a process, by language."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from .keys import PARTS, SHOWN_PLACEHOLDERS, Key, Shown

if TYPE_CHECKING:
    from .formatting import Messages

_PHRASES, _WORDINGS, _MINUTES, _QUALITY, _SHOWN, _CALLS, _REVIEW, _DECISIONS, _MEMORY = PARTS


class Catalogue:
    """What we say, in each language.

    A language is named by its code ("vi") or its English name ("Vietnamese"). A message missing in a language is
    said in English.
    """

    def __init__(self, languages: Collection[Messages]) -> None:
        """Each language's messages; English must be among them, with all."""
        self._languages: Mapping[str, Messages] = {
            name: messages for messages in languages for name in (messages.code, messages.name)
        }

    @property
    def codes(self) -> list[str]:
        """The codes of the languages there are."""
        return sorted({messages.code for messages in self._languages.values()})

    @property
    def english(self) -> Messages:
        """The English messages; English has every key."""
        return self._languages["en"]

    def phrases(self, language: str) -> Messages:
        """What a conversation says between its turns, in a language or else in English."""
        return self._spoken(language, _PHRASES)

    def wording(self, language: str) -> Messages:
        """What answers are made of, in a language or else in English."""
        return self._spoken(language, _WORDINGS)

    def shown(self) -> dict[str, dict[str, str]]:
        """What is written on pages, by the code of the language and the key; English is first.

        A placeholder stands in it as ``{name}``.
        """
        have = [each for each in self._languages.values() if each.has(_SHOWN)]
        values = {name: f"{{{name}}}" for name in SHOWN_PLACEHOLDERS}
        return {
            messages.code: {key: messages.text(key, **values) for key in get_args(Shown)}
            for messages in (self.english, *have)
        }

    def minutes(self, language: str) -> Messages:
        """What stands in minutes, in a language or else in English."""
        return self._spoken(language, _MINUTES)

    def quality(self, language: str) -> Messages:
        """What stands in the report on a call, in a language or else in English."""
        return self._spoken(language, _QUALITY)

    def calls(self, language: str) -> Messages:
        """What is written on the pages on calls, in a language or else in English."""
        return self._spoken(language, _CALLS)

    def review(self, language: str) -> Messages:
        """What is said where a caller decides on a plan, in a language or else in English."""
        return self._spoken(language, _REVIEW)

    def decisions(self, language: str) -> Messages:
        """What is written on the pages on decisions, in a language or else in English."""
        return self._spoken(language, _DECISIONS)

    def memory(self, language: str) -> Messages:
        """What is said of what is remembered, in a language or else in English."""
        return self._spoken(language, _MEMORY)

    def translations(self, key: Key) -> dict[str, str]:
        """A message in every language that has it, by the language's English name."""
        return {
            messages.name: messages.text(key) for messages in self._languages.values() if messages.has([key])
        }

    def _spoken(self, language: str, part: Collection[str]) -> Messages:
        messages = self._languages.get(language)
        return messages if messages and messages.has(part) else self.english


@cache
def shipped() -> Catalogue:
    """The messages that come with the package."""
    from .reading import read_shipped  # Fluent and what it knows of languages take 0.2 s to load

    return Catalogue([messages for messages, _ in read_shipped()])


def load_catalogue(folder: str | Path, languages: Collection[str] | None = None) -> Catalogue:
    """The messages that come with the package, with a deployment's in place of those it has written itself.

    Args:
        folder: holds files named like ours, ``en.ftl`` or ``vi.ftl``, each with the messages that are to be changed;
            and one for each language that we have not, with all messages.
        languages: the codes of the languages that callers may speak; by default any that there is.

    Raises:
        MessagesError: something in the folder cannot be used; tells all that is wrong.
    """
    from .reading import read_folder

    return Catalogue(read_folder(Path(folder), languages))
