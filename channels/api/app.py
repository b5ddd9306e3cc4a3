"""The HTTP API as an application, to be mounted at ``/v1``."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Collection, Sequence

from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException

from emads_voice.channels.turn import VoiceGraph
from emads_voice.observability import AuditLog
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language
from emads_voice.voice.recognizer import Recognizer
from emads_voice.voice.synthesizer import Synthesizer

from . import ask, conversations, decisions, models, speech, transcriptions
from .parts import Hold, Parts
from .requests.door import Door
from .requests.failures import not_routed
from .requests.keys import ApiKeys
from .requests.rate import Rate
from .requests.working import Work
from .settings import ApiSettings, load_api_settings

_DESCRIPTION = """
Ask agents by voice or in writing, read conversations, and use recognition and speech in OpenAI's shapes.
Every request brings a key: `Authorization: Bearer YOUR_KEY`. Every refusal is JSON in OpenAI's shape, and every
answer names itself in `X-Request-Id`.
"""


def create_api(
    graph: VoiceGraph,
    *,
    recognizer: Recognizer,
    synthesizer: Synthesizer,
    hold: Hold,
    settings: ApiSettings | None = None,
    insecure: bool = False,
    languages: Sequence[Language] = (ENGLISH, VIETNAMESE),
    hotwords: Sequence[str] = (),
    agents: Collection[str] = (),
    reviewing: decisions.Reviewing | None = None,
    audit: AuditLog | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> FastAPI:
    """The API of one voice graph: ``app.routes.append(mount_api(create_api(…)))``.

    Args:
        graph: compiled; with a checkpointer, or it remembers nothing.
        recognizer: hears recordings, also those that are only to be transcribed.
        synthesizer: speaks.
        hold: keeps others from a conversation while it is asked: ``lambda thread: ThreadLock(folder, thread)``.
        settings: keys and limits; by default from the environment. Without keys everybody is refused.
        insecure: ask for no key. Only behind a check that lets in programs on this machine alone, as
            :func:`emads_voice.channels.server.app.join_api` puts there. Its clients reach conversations of their own
            alone.
        languages: what questions may be written in.
        hotwords: names and terms of the deployment, told to the recogniser.
        agents: names that a client may choose among.
        reviewing: has decisions read and decided on; None for none.
        audit: keeps a record of what the graph knows nothing of; see :func:`.turn.run_turn`.
        clock: seconds, monotonic; for the rate of requests.

    Raises:
        ConfigurationError: a setting cannot be used.
    """
    settings = settings or load_api_settings()
    parts = Parts(
        graph=graph,
        recognizer=recognizer,
        synthesizer=synthesizer,
        hold=hold,
        work=Work(settings.at_once, settings.timeout_s),
        languages=languages,
        hotwords=hotwords,
        agents=agents,
        secret=secrets.token_bytes(32) if insecure else None,
        audit=audit,
    )
    # The door asks for the key; this tells the document that it does.
    bearer = HTTPBearer(auto_error=False, description="One of EMADS_API_KEYS.")
    api = FastAPI(
        title="emads-voice",
        summary="A voice for multi-agent systems, over HTTP.",
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        dependencies=[] if insecure else [Depends(bearer)],
        exception_handlers={HTTPException: not_routed},
    )
    api.add_middleware(
        Door,
        keys=None if insecure else ApiKeys(settings.keys),
        rate=Rate(settings.requests_per_minute, clock=clock),
        max_bytes=settings.max_bytes,
        besides={decisions.PATH: reviewing.client} if reviewing else None,
    )
    for routes in (ask, conversations, transcriptions, speech, models):
        api.include_router(routes.routes(parts))
    if reviewing:
        api.include_router(decisions.routes(reviewing, insecure=insecure))
    return api
