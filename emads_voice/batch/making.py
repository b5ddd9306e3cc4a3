"""The pipeline that a job asks for."""

from __future__ import annotations

from emads_voice.settings import Settings

from .pipelines import Job, Pipeline, Task


def make_pipeline(job: Job, settings: Settings) -> Pipeline:
    """The pipeline of a job; nothing heavy is loaded yet.

    Raises:
        EmadsVoiceError: a choice of the settings or of the job that cannot be had.
    """
    if job.do is Task.TRANSCRIBE:
        from .transcribing import Transcribing

        return Transcribing(job, settings)
    if job.do is Task.QUALITY:
        from .judging import Judging

        return Judging(job, settings)
    from .minuting import Minuting

    return Minuting(job, settings)
