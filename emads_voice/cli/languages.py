"""``emads-voice languages``: all 52, and what can be done in each as things are set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from emads_voice.voice.languages import LANGUAGES, Language, find_language

from .console import json_errors, out, print_json

if TYPE_CHECKING:
    from emads_voice.voice.recognizer import Recognizer
    from emads_voice.voice.synthesizer import Synthesizer

_HEADINGS = ("Language", "Code", "Dialect of", "Heard by", "Word times", "Spoken by")


def languages(as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False) -> None:
    """List every language and dialect: how it is written after --language, and who hears and speaks it.

    Nothing is loaded: whether all of it is installed, `emads-voice doctor` finds out.
    """
    with json_errors(as_json):
        from emads_voice import configured_backends
        from emads_voice.settings import load_settings

        settings = load_settings()
        recognizers = [
            configured_backends.make_recognizer(settings.model_copy(update={"asr": name}))
            for name in settings.asr.split("|")
        ]
        speaking = configured_backends.synthesizers(settings)
        rows = [_row(language, recognizers, speaking) for language in LANGUAGES]
    if as_json:
        print_json(rows)
    else:
        _show(rows)


def _row(
    language: Language, recognizers: list[Recognizer], synthesizers: list[Synthesizer]
) -> dict[str, Any]:
    """One line: the first recogniser and the first synthesiser that can are those in use."""
    from emads_voice.voice.recognizer import TimesWords

    hears = next((each for each in recognizers if language in each.languages), None)
    speaks = next((each for each in synthesizers if language in each.languages), None)
    return {
        "name": language.name,
        "code": language.code,
        "dialect_of": find_language(language.base_code).name if language.dialect else None,
        "recognizer": hears.name if hears else None,
        "word_times": isinstance(hears, TimesWords) and language in hears.timed_languages,
        "synthesizer": speaks.name if speaks else None,
    }


def _show(rows: list[dict[str, Any]]) -> None:
    lines: list[tuple[str, ...]] = [_HEADINGS]
    for row in rows:
        times = "yes" if row["word_times"] else None
        cells = (
            row["name"],
            row["code"],
            row["dialect_of"] or "",
            row["recognizer"],
            times,
            row["synthesizer"],
        )
        lines.append(tuple("–" if cell is None else cell for cell in cells))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for number, line in enumerate(lines):
        text = "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        out.print(Text(text.rstrip(), "" if number else "bold"))
