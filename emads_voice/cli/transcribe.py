"""``emads-voice transcribe``: recordings go in, words come out."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from typing import Annotated, Any

import typer

from emads_voice.voice.audio import Audio
from emads_voice.voice.errors import AudioError, VoiceError
from emads_voice.voice.languages import Language, find_language
from emads_voice.voice.recognizer import Transcript

from .console import complain, note, print_json, progress
from .recordings import read_recording

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
        list[str], typer.Argument(metavar="FILE…", help='Recordings; "-" reads one from standard input.')
    ],
    language: Annotated[
        str | None, typer.Option(help="Language spoken: vi, Vietnamese. Detected if not given.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.TEXT,
) -> None:
    """Write down what is said in recordings. JSON is one line for each; SRT and VTT take one recording."""
    if form in (Format.SRT, Format.VTT) and len(files) > 1:
        raise typer.BadParameter(f"--format {form} takes one recording at a time.")
    pinned = find_language(language) if language else None
    recordings: list[tuple[str, Audio]] = []
    for name in files:
        try:
            recordings.append((name, read_recording(name, max_duration_s=MAX_RECORDING_S)))
        except AudioError as error:
            complain(error)
    failed = len(recordings) < len(files)
    if recordings:
        failed = asyncio.run(_transcribe_all(recordings, pinned, form)) or failed
    raise typer.Exit(1 if failed else 0)


async def _transcribe_all(recordings: list[tuple[str, Audio]], pinned: Language | None, form: Format) -> bool:
    """Transcribes each; returns whether some failed."""
    from emads_voice.assembly import make_recognizer
    from emads_voice.settings import load_settings

    failed = False
    with progress("Loading the recogniser…"):
        recognizer = make_recognizer(load_settings())
        await recognizer.warm_up()
    for name, audio in recordings:
        try:
            with progress(f"Listening to {name}…"):
                heard = await recognizer.transcribe(
                    audio, language=pinned, timestamps=form in (Format.SRT, Format.VTT, Format.JSON)
                )
        except VoiceError as error:
            failed = True
            complain(f"{name}: {error}")
            continue
        if not heard.text:
            note(f"{name}: nobody speaks in it.")
        _print(name, heard, form)
    return failed


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
        "duration_s": round(heard.duration_s, 3),
        "model": heard.model,
        "audio_sha256": heard.audio_sha256,
        "segments": [
            {"text": part.text, "start_s": round(part.start_s, 3), "end_s": round(part.end_s, 3)}
            for part in heard.segments
        ],
    }
