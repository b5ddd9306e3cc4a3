"""The server: the phone's routes and two for whoever watches over it.

Usable by itself, mounted in another application (``app.mount("/", create_app(…))``), or as LangGraph's
``http.app``.
"""

from __future__ import annotations

import logging

from fastapi import FastAPI, Response

from emads_voice.channels.admission import Admission
from emads_voice.channels.call import Converse
from emads_voice.channels.twilio.calls import TwilioCalls
from emads_voice.channels.twilio.settings import TwilioSettings, load_twilio_settings
from emads_voice.channels.twilio.signature import Signatures
from emads_voice.channels.twilio.switchboard import Switchboard
from emads_voice.channels.twilio.tokens import StreamTokens
from emads_voice.channels.twilio.webhooks import Webhooks

_log = logging.getLogger(__name__)


def create_app(
    converse: Converse,
    settings: TwilioSettings | None = None,
    *,
    insecure: bool = False,
    admission: Admission | None = None,
    calls: TwilioCalls | None = None,
) -> FastAPI:
    """An application that answers the phone.

    Args:
        converse: holds the conversation of each call.
        settings: the phone's; by default from the environment.
        insecure: answer anyone, without Twilio's signature and without a token: for tests on one machine.
        admission: the places of this process, if its server is to drain them; see :mod:`.serving`.
        calls: Twilio's REST API; by default the account's.

    Raises:
        ConfigurationError: a setting is missing that keeps strangers out.
    """
    settings = settings or load_twilio_settings()
    if insecure:
        _log.warning("INSECURE: whoever reaches this server can talk to it. Never do this in public.")
    else:
        settings.require()
    secret = settings.auth_token.get_secret_value()
    if calls is None and settings.account_sid and secret:
        calls = TwilioCalls(settings)
    signatures = None if insecure else Signatures(secret, settings.public_url)
    places = admission or Admission(settings.max_calls, settings.max_calls_per_caller)
    tokens = StreamTokens()
    switchboard = Switchboard(converse, places, tokens, signatures=signatures, calls=calls)
    webhooks = Webhooks(settings, places, tokens, switchboard, signatures=signatures, calls=calls)

    app = FastAPI(title="emads-voice", openapi_url=None)
    app.include_router(webhooks.router())

    @app.get("/livez")
    async def livez() -> Response:
        """The process runs."""
        return Response("alive", media_type="text/plain")

    @app.get("/readyz")
    async def readyz() -> Response:
        """New calls are welcome."""
        return Response("draining", 503) if places.draining else Response("ready", media_type="text/plain")

    return app
