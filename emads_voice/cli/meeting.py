"""``emads-voice meeting``: a meeting's recording goes in; minutes, actions and a calendar come out."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from emads_voice.environment import split_terms
from emads_voice.voice.errors import AudioError
from emads_voice.voice.languages import find_spoken

from .console import complain, err, note, out, progress, readable, warn
from .errors import UsageError
from .exit_status import DEGRADED
from .options import Hotwords, SpeakersByChannel, Spoken, TimeZone, Track, is_split, words
from .transcripts import tell_silent_channels, tell_what_is_missing
from .watch import EVERY_S, Watch

if TYPE_CHECKING:
    from emads_voice.graph.meetings import MeetingContext, MeetingState
    from emads_voice.settings import Settings
    from emads_voice.voice.recognizer import Segment
    from emads_voice.voice.speakers.hearing import Heard

_log = logging.getLogger(__name__)


def meeting(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="The recording: sound, or a video's.", callback=words)
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Folder for transcript.json, .srt, .vtt, minutes.md, actions.json and calendar.ics. Without it the"
            " minutes are printed.",
        ),
    ] = None,
    html: Annotated[
        bool, typer.Option("--html", help="Write meeting.html as well: a page that plays the recording.")
    ] = False,
    speakers: Annotated[
        str,
        typer.Option(
            help="Names of all who speak, in the order in which they begin, or of the channels: Lan,Minh.",
            callback=words,
        ),
    ] = "",
    count: Annotated[
        int | None, typer.Option("--count", help="How many speak, if that is known.", min=1, max=50)
    ] = None,
    voices: Annotated[
        list[str] | None,
        typer.Option(
            "--voice", metavar="NAME=FILE", help="A clip of somebody's voice, to know them by: Lan=lan.wav."
        ),
    ] = None,
    date: Annotated[
        str,
        typer.Option(
            help="When it was recorded: 2026-11-27, or 2026-11-27T09:00. By default the file's tags say so, or its own"
            " date.",
            callback=words,
        ),
    ] = "",
    time_zone: TimeZone = "",
    language: Spoken = None,
    hotwords: Hotwords = "",
    track: Track = None,
    channels: SpeakersByChannel = None,
) -> None:
    """Take the minutes of a recorded meeting: who is to do what until when, what was decided, and when to meet again.

    Exit status: 0 done, 1 failed, 3 done, but a part of the recording cannot be read or understood, another recogniser
    had to take over, or the chat model could not be used.
    """
    if html and not output:
        raise UsageError("--html needs a folder to write the page to: give --out DIR.")
    path = Path(file)
    if not path.is_file():
        why = "it is a folder" if path.is_dir() else "there is no such file"
        raise AudioError(f"Cannot read {file}: {why}; give the path of a recording.")
    names = list(dict.fromkeys(split_terms(speakers)))
    find_spoken(language)  # before the work
    raise typer.Exit(
        asyncio.run(
            _meet(
                path,
                output,
                html,
                {
                    "speakers": names,
                    "speaker_count": count,
                    "voices": _clips(voices or ()),
                    "date": date,
                    "time_zone": time_zone,
                    "language": language or "",
                    "hotwords": list(split_terms(hotwords)),
                    "track": track,
                    "split": is_split(channels),
                },
            )
        )
    )


def _clips(given: Sequence[str]) -> dict[str, Path]:
    clips = {}
    for each in given:
        name, found, path = each.partition("=")
        if not (found and name.strip() and path):
            raise UsageError(f'"{each}" is no voice: write it as NAME=FILE, such as Lan=lan.wav.')
        clips[name.strip()] = Path(path)
    return clips


async def _meet(path: Path, output: Path | None, html: bool, choices: dict[str, Any]) -> int:
    from emads_voice.assembly.configured import make_catalogue
    from emads_voice.assembly.meetings import make_meeting_graph
    from emads_voice.configured_backends import fell_back, make_recognizer
    from emads_voice.graph.meetings import MeetingContext
    from emads_voice.graph.meetings.recorded import recorded_at, zone_of
    from emads_voice.meetings.files import check_folder
    from emads_voice.settings import load_settings

    settings = load_settings()
    recorded_at(choices["date"], path, zone_of(choices["time_zone"]))  # what is wrong is told before the work
    if output:
        check_folder(output)
    catalogue, recognizer = make_catalogue(settings), make_recognizer(settings)
    graph = make_meeting_graph(settings, recognizer=recognizer, catalogue=catalogue).compile(name="meeting")
    heard: list[Heard] = []
    watch = Watch(path.name, _log.info, _nothing, every_s=1.0 if err.is_terminal else EVERY_S)
    context = MeetingContext(**choices, recording=path, watcher=watch, on_heard=heard.append)
    with progress(f"Listening to {path.name}…"):
        state = await watch.during(_run(graph, context))
    tell_what_is_missing(path.name, heard[0].transcript)
    tell_silent_channels(path.name, heard[0].silent)
    recording = state["recording"]
    if recording["faults"]:
        complain(f"{path}: {'; '.join(recording['faults'])}. The rest is used.")
    if state["model_failure"]:
        warn(f"{state['model_failure']} The minutes were taken without it.")
    if len(recording["speakers"]) == 1 and recording["segments"] and not recording["by_channel"]:
        note(f"{path.name}: one speaker was told apart; if there are more, say how many with --count.")
    if output:
        _write(output, path, state, heard[0], settings, html)
    else:
        out.print(readable(state["minutes"]), end="")
    partly = recording["faults"] or heard[0].transcript.gaps or heard[0].silent or state["model_failure"]
    return DEGRADED if partly or fell_back(recognizer, recording["model"]) else 0


async def _run(graph: Any, context: MeetingContext) -> MeetingState:
    state: MeetingState = await graph.ainvoke({}, context=context)
    return state


def _write(
    output: Path, path: Path, state: MeetingState, heard: Heard, settings: Settings, html: bool
) -> None:
    from emads_voice.assembly.configured import make_catalogue
    from emads_voice.meetings.files import FOUND, write_files
    from emads_voice.meetings.page import make_page
    from emads_voice.meetings.playback import write_small

    catalogue = make_catalogue(settings)
    said = catalogue.minutes(state["recording"]["language_code"].split("-")[0] or "en")

    def page() -> Iterator[bytes]:
        with tempfile.TemporaryFile() as sound:
            write_small(path, sound)
            sound.seek(0)
            yield from make_page(state, said, heard.peaks, sound)

    written = write_files(output, state, heard, catalogue, page if html else None, datetime.now(UTC))
    found = (f"{len(state[kind])} {kind}" for kind in FOUND)
    note(f"{output}: {', '.join(found)}.")
    for each in written:
        out.print(str(each))


def _nothing(_: Sequence[Segment]) -> None:
    """What is written down is shown in the end, when it is known who speaks."""
