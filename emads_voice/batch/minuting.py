"""Meetings made minutes, a batch of them: as ``emads-voice meeting`` does it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from emads_voice import configured_backends
from emads_voice.assembly.configured import make_catalogue
from emads_voice.assembly.meetings import make_meeting_graph
from emads_voice.graph.meetings import MeetingContext
from emads_voice.graph.meetings.recorded import zone_of
from emads_voice.meetings.files import write_files
from emads_voice.settings import Settings
from emads_voice.voice.languages import find_spoken
from emads_voice.voice.speakers.hearing import Heard

from .pipelines import Job, Made, Unseen, remarks


class Minuting:
    """Writes transcript.json, .srt, .vtt, minutes.md, actions.json and calendar.ics."""

    def __init__(self, job: Job, settings: Settings) -> None:
        zone_of(job.time_zone)
        find_spoken(job.language or None)
        self._job = job
        self._catalogue = make_catalogue(settings)
        self._recognizer = configured_backends.make_recognizer(settings)
        graph = make_meeting_graph(settings, recognizer=self._recognizer, catalogue=self._catalogue)
        self._graph = graph.compile(name="meeting")

    async def warm_up(self) -> None:
        """See :class:`.pipelines.Pipeline`."""
        await self._recognizer.warm_up()

    async def __call__(self, recording: Path, folder: Path) -> Made:
        """See :class:`.pipelines.Pipeline`."""
        hearings: list[Heard] = []
        context = MeetingContext(
            recording=recording,
            language=self._job.language,
            hotwords=list(self._job.hotwords),
            time_zone=self._job.time_zone,
            watcher=Unseen(),
            on_heard=hearings.append,
        )
        state: Any = await self._graph.ainvoke({}, context=context)
        (heard,) = hearings
        await asyncio.to_thread(write_files, folder, state, heard, self._catalogue, None, datetime.now(UTC))
        known = state["recording"]
        fell_back = configured_backends.fell_back(self._recognizer, known["model"])
        missing = remarks(heard.transcript, known["faults"], fell_back=fell_back)
        missing += tuple(f"Nothing at all is heard on a channel: {channel}." for channel in heard.silent)
        if state["model_failure"]:
            missing += (f"{state['model_failure']} The minutes were taken without it.",)
        return Made(known["duration_s"], missing, bool(heard.transcript.failures))
