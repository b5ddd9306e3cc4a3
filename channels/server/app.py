"""The server: the phone's routes and two for whoever watches over it.

Usable by itself, mounted in another application (``app.mount("/", create_app(…))``), or as LangGraph's
``http.app``.
"""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request, Response
from starlette.middleware import Middleware
from starlette.routing import Route

from emads_voice.channels.admission import Admission
from emads_voice.channels.call import Converse
from emads_voice.channels.twilio.calls import TwilioCalls
from emads_voice.channels.twilio.settings import TwilioSettings, load_twilio_settings
from emads_voice.channels.twilio.signature import Signatures
from emads_voice.channels.twilio.switchboard import Switchboard
from emads_voice.channels.twilio.tokens import StreamTokens
from emads_voice.channels.twilio.webhooks import Webhooks

from .doorway import Doorway

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
        insecure: answer any program on this machine, without Twilio's signature: for tests. Nothing that is asked
            of such a server reaches Twilio's account, and no conversation is joined by its name.
        admission: the places of this process, if its server is to drain them; see :mod:`.serving`.
        calls: Twilio's REST API; by default the account's. An insecure server has none.

    Raises:
        ConfigurationError: a setting is missing that keeps strangers out.
    """
    settings = settings or load_twilio_settings()
    if insecure:
        _log.warning(
            "INSECURE: any program on this machine can talk to this server. It asks for no signature."
        )
    else:
        settings.require()
    secret = settings.auth_token.get_secret_value()
    signatures = None if insecure else Signatures(secret, settings.public_url)
    account = None if insecure else calls or TwilioCalls(settings)
    places = admission or Admission(settings.max_calls, settings.max_calls_per_caller)
    tokens = StreamTokens()
    switchboard = Switchboard(converse, places, tokens, signatures=signatures, calls=account)
    webhooks = Webhooks(settings, places, tokens, switchboard, signatures=signatures, calls=account)

    async def livez(_: Request) -> Response:
        """The process runs."""
        return Response("alive", media_type="text/plain")

    async def readyz(_: Request) -> Response:
        """New calls are welcome."""
        return Response("draining", 503) if places.draining else Response("ready", media_type="text/plain")

    doorway = Middleware(Doorway, public_url=settings.public_url, only_local=insecure)
    return FastAPI(
        title="emads-voice",
        openapi_url=None,
        redirect_slashes=False,
        routes=[*webhooks.routes([doorway]), Route("/livez", livez), Route("/readyz", readyz)],
    )
