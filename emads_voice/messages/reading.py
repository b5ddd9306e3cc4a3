"""Reading files of messages, and everything that can be wrong with one."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from fluent.syntax import FluentParser, ast

from emads_voice.error_text import reason_of
from emads_voice.writing import QUESTION_MARKS

from .errors import MessagesError
from .formatting import Messages
from .keys import ENGLISH_ONLY, KEYS, NUMBERS, PARTS, QUESTIONS
from .names import language_name
from .placeholders import placeholders

SUFFIX = ".ftl"

_MOST_NAMED = 4  # of the messages that are missing; the others are counted


@dataclass(frozen=True, slots=True)
class Entry:
    """A message or a term, and where it stands: "messages/vi.ftl, line 3"."""

    entry: ast.Message | ast.Term
    place: str


Entries = dict[str, Entry]
"""Messages under their keys, terms under theirs with "-" before it."""


def read_shipped() -> Iterator[tuple[Messages, Entries]]:
    """The messages that come with the package, language by language."""
    for code, entries in _shipped().items():
        yield _messages(code, entries), entries


def read_folder(folder: Path, languages: Collection[str] | None) -> list[Messages]:
    """Those that come with the package, with the folder's in place of them.

    Args:
        folder: of ``.ftl`` files; others in it are not looked at.
        languages: the codes of the languages that callers may speak; None: any that there is.

    Raises:
        MessagesError: tells all that is wrong, a sentence for each fault.
    """
    entries, faults = _shipped(), []
    reference = entries["en"]
    changed: dict[str, Entries] = {}
    for path in _files(folder):
        code = path.stem
        if fault := _unknown_language(path, languages):
            faults.append(fault)
            continue
        own, wrong = _read(path.read_bytes, str(path))
        faults += wrong or _faults(code, own, reference)
        changed[code] = own
    if not faults:
        for code, own in changed.items():
            entries[code] = entries.get(code, {}) | own
            faults += _missing(folder / f"{code}{SUFFIX}", entries[code], own)
    if not faults:
        messages = {code: _messages(code, all_of_it) for code, all_of_it in entries.items()}
        for code, own in changed.items():
            faults += _unsayable(messages[code], own)
    if faults:
        raise MessagesError(" ".join(faults))
    return list(messages.values())


def _shipped() -> dict[str, Entries]:
    folder = files("emads_voice.messages")
    read = {
        file.name.removesuffix(SUFFIX): _read(file.read_bytes, file.name)[0]
        for file in folder.iterdir()
        if file.name.endswith(SUFFIX)
    }
    return dict(sorted(read.items()))


def _messages(code: str, entries: Entries) -> Messages:
    return Messages(code, {key: entry.entry for key, entry in entries.items()})


def _files(folder: Path) -> list[Path]:
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix.lower() == SUFFIX)
    except OSError as error:
        raise MessagesError(
            f"The folder of messages {folder} cannot be read ({reason_of(error)}): "
            "give the folder that holds en.ftl or vi.ftl."
        ) from None
    if not found:
        raise MessagesError(f"The folder of messages {folder} holds none: put an en.ftl or vi.ftl into it.")
    return found


def _unknown_language(path: Path, languages: Collection[str] | None) -> str:
    code = path.stem
    known = code in languages if languages is not None else language_name(code) != code
    if path.name == f"{code}{SUFFIX}" and known and "-" not in code:
        return ""
    return f"{path}: no caller's language is called so: name it by the language's code, such as en.ftl or vi.ftl."


def _read(content: Callable[[], bytes], name: str) -> tuple[Entries, list[str]]:
    """The entries of a file, and the faults of its syntax."""
    try:
        text = content().decode("utf-8-sig")  # editors on Windows begin a file with a mark
    except OSError as error:
        return {}, [f"{name} cannot be read ({reason_of(error)}): make it a file that this user can read."]
    except UnicodeDecodeError as error:
        return {}, [f"{name} is not text in UTF-8 ({error}): save it as such."]
    text = text.replace("\r\n", "\n")
    entries: Entries = {}
    faults = []
    for part in FluentParser().parse(text).body:
        start = part.span.start if part.span else 0
        if isinstance(part, ast.Junk):
            cause = part.annotations[0]
            start = cause.span.start if cause.span else start
            reason = (cause.message or "").rstrip(".")
            faults.append(
                f"{_place(name, text, start)}: this is not Fluent: {reason[:1].lower()}{reason[1:]}."
            )
        elif isinstance(part, (ast.Message, ast.Term)):
            key = f"-{part.id.name}" if isinstance(part, ast.Term) else part.id.name
            place = _place(name, text, part.id.span.start if part.id.span else start)
            if key in entries:
                faults.append(f"{place}: {key} is there twice: take one of them out.")
            entries[key] = Entry(part, place)
    return entries, faults


def _place(name: str, text: str, offset: int) -> str:
    return f"{name}, line {text.count(chr(10), 0, offset) + 1}"


def _faults(code: str, entries: Entries, reference: Entries) -> Iterator[str]:
    """What is wrong with messages by themselves."""
    for key, (message, place) in _only_messages(entries).items():
        if key not in KEYS:
            yield f"{place}: there is no message {key}{_guess(key, KEYS)}"
            continue
        if message.value is None or message.attributes:
            yield f"{place}: {key} must be one text, without attributes."
            continue
        if key in ENGLISH_ONLY and code != "en":
            yield f"{place}: {key} is only ever said in English: put it into en.ftl."
        wanted, has = placeholders(reference[key].entry), placeholders(message)
        for name in sorted(has.known - wanted.known):
            meant = _guess(name, wanted.known) if wanted.known else ": it has none."
            yield f"{place}: {key} has no placeholder ${name}{meant}"
        said = has.shown | (has.known & NUMBERS)  # "one option" says its number
        for name in sorted(wanted.shown - said):
            yield f"{place}: {key} must say {{ ${name} }}, which is missing."


def _missing(path: Path, entries: Entries, own: Entries) -> Iterator[str]:
    """What a language lacks of the parts it has something of."""
    for part in PARTS:
        lacking = sorted(part - entries.keys())
        if lacking and part & own.keys():
            told = ", ".join(lacking[:_MOST_NAMED])
            more = f" and {len(lacking) - _MOST_NAMED} more" if len(lacking) > _MOST_NAMED else ""
            first = min(part & own.keys())
            yield f"{path}: with {first} the language needs {told}{more}, or callers would hear two languages at once."


def _unsayable(messages: Messages, own: Entries) -> Iterator[str]:
    """What cannot be said though it is well written, tried with values such as may come."""
    for key, (message, place) in _only_messages(own).items():
        known = placeholders(message).known
        for number in (0, 1, 2, 5.5, 1_234_567):
            values = {name: number if name in NUMBERS else "ABC" for name in known}
            text, causes = messages.try_text(key, values)
            if causes:
                yield f"{place}: {key} cannot be said: {str(causes[0]).rstrip('.')}."
            elif not text.strip():
                yield f"{place}: {key} says nothing."
            elif key in QUESTIONS and not any(mark in text for mark in QUESTION_MARKS):
                yield f"{place}: {key} must have a question mark (?, ？ or ؟): a yes counts once that has been heard."
            else:
                continue
            break


def _only_messages(entries: Entries) -> Mapping[str, tuple[ast.Message, str]]:
    return {
        key: (entry.entry, entry.place)
        for key, entry in entries.items()
        if isinstance(entry.entry, ast.Message)
    }


def _guess(name: str, known: Collection[str]) -> str:
    close: Sequence[str] = difflib.get_close_matches(name, sorted(known), 1)
    return f": did you mean {close[0]}?" if close else f": there are {', '.join(sorted(known))}."
