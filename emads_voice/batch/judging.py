"""Calls judged by a scorecard, a batch of them: as ``emads-voice quality`` does it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from emads_voice import configured_backends
from emads_voice.agents.quality.scorecard import Scorecard
from emads_voice.assembly.configured import make_catalogue
from emads_voice.assembly.quality import make_quality_graph
from emads_voice.graph.meetings.recorded import zone_of
from emads_voice.graph.quality import QualityContext
from emads_voice.quality.results import result_of, write_result
from emads_voice.settings import Settings
from emads_voice.voice.languages import find_spoken
from emads_voice.voice.speakers.hearing import Heard

from .pipelines import Job, Made, Unseen, remarks


class Judging:
    """Writes a call's result, ….quality.json, and its report, ….quality.md."""

    def __init__(self, job: Job, settings: Settings) -> None:
        zone_of(job.time_zone)
        find_spoken(job.language or None)
        self._job = job
        self._card = Scorecard.model_validate_json(job.scorecard)
        self._recognizer = configured_backends.make_recognizer(settings)
        graph = make_quality_graph(settings, recognizer=self._recognizer, catalogue=make_catalogue(settings))
        self._graph = graph.compile(name="quality")

    async def warm_up(self) -> None:
        """See :class:`.pipelines.Pipeline`."""
        await self._recognizer.warm_up()

    async def __call__(self, recording: Path, folder: Path) -> Made:
        """See :class:`.pipelines.Pipeline`."""
        hearings: list[Heard] = []
        context = QualityContext(
            recording=recording,
            language=self._job.language,
            hotwords=list(self._job.hotwords),
            time_zone=self._job.time_zone,
            own_scorecard=self._card,
            watcher=Unseen(),
            on_heard=hearings.append,
        )
        state: Any = await self._graph.ainvoke({}, context=context)
        (heard,) = hearings
        await asyncio.to_thread(write_result, folder, result_of(state), state["report"])
        known, agent = state["recording"], state["agent"]
        fell_back = configured_backends.fell_back(self._recognizer, known["model"])
        missing = remarks(heard.transcript, known["faults"], fell_back=fell_back)
        missing += tuple(f"Nothing at all is heard on a channel: {channel}." for channel in heard.silent)
        if state["model_failure"]:
            missing += (f"{state['model_failure']} The call was judged without it.",)
        if agent["doubt"]:
            missing += (f"{agent['doubt']} says what agents say: the channels may be swapped.",)
        return Made(known["duration_s"], missing, bool(heard.transcript.failures))
