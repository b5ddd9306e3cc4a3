"""``emads-voice transcribe``: recordings go in, words come out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from emads_voice.voice.errors import AudioError, VoiceError
from emads_voice.voice.languages import Language
from emads_voice.voice.recognizer import Recognizer, Transcript
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.transcription.as_json import segment_as_json

from .console import complain, err, json_errors, note, print_json, progress
from .errors import UsageError
from .exit_status import DEGRADED, FAILED
from .options import Channels, Hotwords, Spoken, Strict, Track, spoken_language
from .recordings import Recording
from .transcripts import Format, Writer, tell_what_is_missing
from .watch import EVERY_S, Watch

if TYPE_CHECKING:
    from emads_voice.settings import Settings

MAX_RECORDING_S = 2 * 3600.0
"""A recording is held in memory while it is recognised: two hours are about 0.5 GB."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Asked:
    """What the command line asks for."""

    language: Language | None
    hotwords: str
    form: Format
    track: int | None
    channels: Channels | None
    strict: bool


def transcribe(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE", help='Recordings; "-" reads one from standard input.')
    ],
    language: Spoken = None,
    hotwords: Hotwords = "",
    form: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.TEXT,
    track: Track = None,
    channels: Annotated[
        Channels | None,
        typer.Option(
            help="Hear the channels mixed, or each by itself, as the sides of a call. If not given, as they are."
        ),
    ] = None,
    strict: Strict = False,
) -> None:
    """Write down what is said in recordings, as it is heard. JSON is one line for each, JSONL one for each segment and
    one for the whole; SRT and VTT take one recording.

    Exit status: 0 all transcribed, 1 something failed, 3 transcribed, but a part of a recording cannot be read or
    understood, or another recogniser had to take over.
    """
    with json_errors(form in (Format.JSON, Format.JSONL)):
        if form in (Format.SRT, Format.VTT) and len(files) > 1:
            raise UsageError(f"--format {form} takes one recording at a time: give one.")
        asked = _Asked(spoken_language(language), hotwords, form, track, channels, strict)
        status = _transcribe_all(files, asked)
    raise typer.Exit(status)


def _transcribe_all(names: Sequence[str], asked: _Asked) -> int:
    """Transcribes each in order and prints it at once; returns the exit status."""
    from emads_voice.configured_backends import fell_back
    from emads_voice.environment import split_terms
    from emads_voice.settings import load_settings

    failed = degraded = False
    settings = load_settings()
    told = (*settings.hotwords, *split_terms(asked.hotwords))
    recognizer: Recognizer | None = None
    # Recordings are read outside the event loop, which would keep Ctrl-C waiting for a pipe that is slow.
    with asyncio.Runner() as runner:
        for name in names:
            recording = Recording(
                name, max_duration_s=MAX_RECORDING_S, track=asked.track, strict=asked.strict
            )
            try:
                audio = recording.read()
            except AudioError as error:
                failed = True
                _fail(name, str(error), asked.form)
                continue
            recognizer = recognizer or runner.run(_load(settings))
            writer = Writer(name, asked.form)
            watch = Watch(name, _log.info, writer.write, every_s=1.0 if err.is_terminal else EVERY_S)
            try:
                with progress(f"Listening to {name}…"):
                    work = _hear(recognizer, recording, audio, asked, told, watch)
                    transcript = runner.run(watch.during(work))
            except VoiceError as error:
                failed = True
                writer.broke_off()
                _fail(name, f"{name}: {error}", asked.form)
                continue
            except KeyboardInterrupt:
                writer.broke_off()
                _interrupted(name, f"{name}: interrupted; {watch.reached}.", watch, asked.form)
                raise
            tell_what_is_missing(name, transcript)
            if transcript.words_unavailable and asked.form in (Format.SRT, Format.VTT):
                note(f"{name}: {transcript.words_unavailable}")
            partly = bool(audio.faults or transcript.gaps)
            degraded = degraded or partly or fell_back(recognizer, transcript.model)
            writer.finish(audio, transcript)
    return FAILED if failed else DEGRADED if degraded else 0


async def _load(settings: Settings) -> Recognizer:
    from emads_voice import configured_backends

    with progress("Loading the recogniser…"):
        recognizer = configured_backends.make_recognizer(settings)
        await recognizer.warm_up()
    return recognizer


async def _hear(
    recognizer: Recognizer,
    recording: Recording,
    audio: Audio,
    asked: _Asked,
    hotwords: Sequence[str],
    watch: Watch,
) -> Transcript:
    """The transcript of a recording: of all channels mixed, or of each by itself."""
    from emads_voice.voice.transcription.sides import hear_sides
    from emads_voice.voice.transcription.watching import watched_by

    count = audio.channels
    split = asked.channels is Channels.SPLIT if asked.channels else audio.two_sided
    if not split or count == 1 or audio.one_sound:
        with watched_by(watch):
            return await recognizer.transcribe(
                audio, language=asked.language, hotwords=hotwords, timestamps=asked.form is not Format.TEXT
            )

    async def hear(number: int, side: Audio) -> Transcript:
        with watched_by(watch.side(number, count)):
            return await recognizer.transcribe(
                side, language=asked.language, hotwords=hotwords, timestamps=True
            )

    return await hear_sides(recording.sides(count), count, hear, duration_s=audio.duration_s)


def _interrupted(name: str, sentence: str, watch: Watch, form: Format) -> None:
    """Text and JSON lines have been printed already."""
    if form is Format.JSON:
        segments = [segment_as_json(segment) for segment in watch.segments]
        print_json({"file": name, "error": sentence, "segments": segments})
    complain(sentence)


def _fail(name: str, sentence: str, form: Format) -> None:
    if form in (Format.JSON, Format.JSONL):
        print_json({"file": name, "error": sentence})
    complain(sentence)
