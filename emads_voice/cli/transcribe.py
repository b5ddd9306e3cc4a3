"""``emads-voice transcribe``: recordings go in, words come out."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from emads_voice.voice.errors import AudioError, VoiceError
from emads_voice.voice.languages import Language, find_language
from emads_voice.voice.recognizer import Recognizer, Segment, Transcript

from .console import DEGRADED, complain, json_errors, note, print_json, progress
from .errors import UsageError
from .options import Hotwords, Spoken
from .recordings import read_recording

if TYPE_CHECKING:
    from emads_voice.settings import Settings

MAX_RECORDING_S = 2 * 3600.0
"""A recording is held in memory while it is recognised: two hours are about 0.5 GB."""


class Format(StrEnum):
    """How a transcript is printed."""

    TEXT = "text"
    JSON = "json"
    SRT = "srt"
    VTT = "vtt"


def transcribe(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE", help='Recordings; "-" reads one from standard input.')
    ],
    language: Spoken = None,
    hotwords: Hotwords = "",
    form: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.TEXT,
) -> None:
    """Write down what is said in recordings. JSON is one line for each; SRT and VTT take one recording.

    Exit status: 0 all transcribed, 1 something failed.
    """
    with json_errors(form is Format.JSON):
        if form in (Format.SRT, Format.VTT) and len(files) > 1:
            raise UsageError(f"--format {form} takes one recording at a time.")
        pinned = find_language(language) if language else None
        status = _transcribe_all(files, pinned, hotwords, form)
    raise typer.Exit(status)


def _transcribe_all(names: Sequence[str], pinned: Language | None, hotwords: str, form: Format) -> int:
    """Transcribes each in order and prints it at once; returns the exit status."""
    from emads_voice.settings import load_settings, split_terms
    from emads_voice.speech import fell_back

    failed = degraded = False
    settings = load_settings()
    context = ", ".join([*settings.hotwords, *split_terms(hotwords)])
    recognizer: Recognizer | None = None
    # Recordings are read outside the event loop, which would keep Ctrl-C waiting for a pipe that is slow.
    with asyncio.Runner() as runner:
        for name in names:
            try:
                audio = read_recording(name, max_duration_s=MAX_RECORDING_S)
            except AudioError as error:
                failed = True
                _fail(name, str(error), form)
                continue
            recognizer = recognizer or runner.run(_load(settings))
            try:
                with progress(f"Listening to {name}…"):
                    heard = runner.run(
                        recognizer.transcribe(
                            audio, language=pinned, context=context, timestamps=form is not Format.TEXT
                        )
                    )
            except VoiceError as error:
                failed = True
                _fail(name, f"{name}: {error}", form)
                continue
            if not heard.text:
                note(f"{name}: nobody speaks in it.")
            if heard.words_unavailable and form is not Format.JSON:
                note(f"{name}: {heard.words_unavailable}")
            degraded = degraded or fell_back(recognizer, heard.model)
            _print(name, heard, form)
    return 1 if failed else DEGRADED if degraded else 0


async def _load(settings: Settings) -> Recognizer:
    from emads_voice import speech

    with progress("Loading the recogniser…"):
        recognizer = speech.make_recognizer(settings)
        await recognizer.warm_up()
    return recognizer


def _fail(name: str, sentence: str, form: Format) -> None:
    if form is Format.JSON:
        print_json({"file": name, "error": sentence})
    complain(sentence)


def _print(name: str, heard: Transcript, form: Format) -> None:
    from emads_voice.voice.subtitles import to_srt, to_vtt

    match form:
        case Format.TEXT:
            typer.echo(heard.text)
        case Format.JSON:
            print_json(_as_json(name, heard))
        case Format.SRT:
            typer.echo(to_srt(heard), nl=False)
        case Format.VTT:
            typer.echo(to_vtt(heard), nl=False)


def _as_json(name: str, heard: Transcript) -> dict[str, Any]:
    return {
        "file": name,
        "text": heard.text,
        "language": heard.language.name if heard.language else "",
        "language_code": heard.language.code if heard.language else "",
        "other_languages": [language.name for language in heard.other_languages],
        "duration_s": round(heard.duration_s, 3),
        "model": heard.model,
        "audio_sha256": heard.audio_sha256,
        "segments": [_timed(part) for part in heard.segments],
        "words": [_timed(word) for word in heard.words],
        "words_unavailable": heard.words_unavailable,
    }


def _timed(part: Segment) -> dict[str, Any]:
    return {"text": part.text, "start_s": round(part.start_s, 3), "end_s": round(part.end_s, 3)}
