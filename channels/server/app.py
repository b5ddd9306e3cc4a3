"""The server: the phone's routes, two for whoever watches over it, and the HTTP API where it joins.

Usable by itself, mounted in another application (``app.mount("/", create_app(…))``), or as LangGraph's
``http.app``.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from emads_voice.channels.admission import Admission
from emads_voice.channels.api.mounting import mount_api
from emads_voice.channels.api.requests.failures import not_routed
from emads_voice.channels.api.requests.keys import ApiKeys
from emads_voice.channels.api.settings import PATH, ApiSettings
from emads_voice.channels.call import Converse
from emads_voice.channels.realtime import sessions
from emads_voice.channels.realtime.client_events import MAX_BYTES
from emads_voice.channels.twilio.call_control import TwilioCalls
from emads_voice.channels.twilio.settings import TwilioSettings, load_twilio_settings
from emads_voice.channels.twilio.signature import Signatures
from emads_voice.channels.twilio.switchboard import Switchboard
from emads_voice.channels.twilio.tokens import StreamTokens
from emads_voice.channels.twilio.webhooks import Webhooks
from emads_voice.messages import Catalogue, shipped

from .limits import Uploads
from .origins import OriginCheck

_log = logging.getLogger(__name__)


def create_app(
    converse: Converse,
    settings: TwilioSettings | None = None,
    *,
    insecure: bool = False,
    admission: Admission | None = None,
    calls: TwilioCalls | None = None,
    catalogue: Catalogue | None = None,
) -> FastAPI:
    """An application that answers the phone.

    Args:
        converse: holds the conversation of each call.
        settings: the phone's; by default from the environment.
        insecure: answer any program on this machine, without Twilio's signature: for tests. Nothing that is asked
            of such a server reaches Twilio's account, and no conversation is joined by its name.
        admission: the places of this process, if its server is to drain them; see :mod:`.serving`.
        calls: Twilio's REST API; by default the account's. An insecure server has none.
        catalogue: what is said of our own accord; by default what comes with the package.

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
    goodbye = (catalogue or shipped()).english.text("line_problem")
    webhooks = Webhooks(
        settings, places, tokens, switchboard, goodbye=goodbye, signatures=signatures, calls=account
    )

    origin_check = Middleware(OriginCheck, public_url=settings.public_url, only_local=insecure)
    return create_bare_app(places, webhooks.routes([origin_check]))


def create_bare_app(places: Admission, routes: Sequence[BaseRoute] = ()) -> FastAPI:
    """An application with two routes for whoever watches over it, and those given: without them it answers no phone.

    Args:
        places: of this process, which may be draining.
        routes: what else it answers.
    """

    async def livez(_: Request) -> Response:
        """The process runs."""
        return Response("alive", media_type="text/plain")

    async def readyz(_: Request) -> Response:
        """New calls are welcome."""
        return Response("draining", 503) if places.draining else Response("ready", media_type="text/plain")

    return FastAPI(
        title="emads-voice",
        openapi_url=None,
        redirect_slashes=False,
        routes=[*routes, Route("/livez", livez), Route("/readyz", readyz)],
    )


def join_api(app: FastAPI, api: FastAPI, *, insecure: bool = False) -> BaseRoute:
    """Have the phone's application answer the HTTP API too. Who may upload, the server is told: :func:`api_uploads`.

    Args:
        app: from :func:`create_app`.
        api: from :func:`emads_voice.channels.api.app.create_api`.
        insecure: both are: programs on this machine alone are let in, and no web page.

    Returns:
        The route, among the application's from now on.
    """
    # With keys, web pages may ask: one that has no key is refused like anybody.
    check = [only_this_machine()] if insecure else []
    route = mount_api(api, check)
    app.router.routes.append(route)
    app.add_exception_handler(
        HTTPException, not_routed
    )  # who leaves out /v1 is told so in the API's shape, too
    return route


def only_this_machine() -> Middleware:
    """Lets in programs on this machine alone, and web pages that are its own."""
    return Middleware(OriginCheck, public_url="", only_local=True)


def long_messages() -> dict[str, int]:
    """Where the server takes longer WebSocket messages than a telephone's, as there is sound in them."""
    return {f"{PATH}{sessions.PATH}": MAX_BYTES}


def api_uploads(settings: ApiSettings, *, insecure: bool = False) -> Uploads:
    """What the server takes from the HTTP API's clients: long bodies of those with a key, or anybody's if insecure."""
    keys = ApiKeys(settings.keys)
    return Uploads(
        f"{PATH}/",
        lambda authorization: insecure or keys.client(authorization) is not None,
        settings.max_bytes,
    )
