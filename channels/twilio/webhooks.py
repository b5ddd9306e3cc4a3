"""What Twilio asks us by HTTP: a call comes in, its line broke, it ended, who or what answered.

Twilio repeats a request that it thinks lost, so asking twice gets the same answer and does nothing twice.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from starlette.datastructures import ImmutableMultiDict

from emads_voice.channels.admission import Admission
from emads_voice.channels.call import CallInfo
from emads_voice.channels.errors import CallError
from emads_voice.observability.noise import strangers

from . import paths, twiml
from .calls import TwilioCalls
from .settings import TwilioSettings
from .signature import HEADER, Signatures
from .switchboard import Switchboard
from .tokens import StreamTokens
from .twiml import Course

_log = logging.getLogger(__name__)

_CALL_SID = re.compile("CA[0-9A-Za-z]{1,62}")

Form = ImmutableMultiDict[str, str]
Handler = Callable[[Form, Course, str], Awaitable[str]]

MAX_FORM_BYTES = 65_536
MAX_ATTEMPTS = 3
"""How often a broken line is replaced before the caller is handed over."""
GRACE_S = 2.0
"""How long a call whose stream failed is given to come back by itself."""
ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


class Webhooks:
    """The routes of one phone."""

    def __init__(
        self,
        settings: TwilioSettings,
        admission: Admission,
        tokens: StreamTokens,
        switchboard: Switchboard,
        *,
        signatures: Signatures | None,
        calls: TwilioCalls | None,
    ) -> None:
        """
        Args:
            settings: the public URL, the lists and the human's number.
            admission: the places of this process.
            tokens: for the streams.
            switchboard: who is on the line.
            signatures: None takes requests from anyone; for local tests.
            calls: Twilio's REST API; None where there is no account.
        """
        self._settings = settings
        self._admission = admission
        self._tokens = tokens
        self._switchboard = switchboard
        self._signatures = signatures
        self._calls = calls
        self._rescues: set[asyncio.Task[None]] = set()

    def router(self) -> APIRouter:
        """The webhooks and the media socket."""
        router = APIRouter()
        handlers: Mapping[str, Handler] = {
            paths.VOICE: self.voice,
            paths.RESUME: self.resume,
            paths.STATUS: self.status,
            paths.AMD: self.amd,
        }
        for path, handler in handlers.items():
            router.add_api_route(path, self._endpoint(path, handler), methods=["POST"])
        router.add_api_websocket_route(paths.MEDIA, self._switchboard.answer)
        return router

    async def voice(self, form: Form, course: Course, base: str) -> str:
        """A call rings, or someone we rang answered."""
        sid = form["CallSid"]
        call = _call(form, course)
        if self._switchboard.is_over(sid):
            return twiml.hang_up()
        if call.direction == "inbound" and not self._settings.may_call(call.caller):
            _log.warning("Call %s was rejected: its number may not call here.", sid)
            return twiml.reject("rejected")
        if refusal := self._admission.admit(sid, call.caller):
            _log.warning("Call %s was refused: %s.", sid, refusal)
            return (
                twiml.reject("busy") if call.direction == "inbound" else twiml.give_up(self._settings.human)
            )
        _log.info("Call %s %s.", sid, "rings" if call.direction == "inbound" else "was answered: we rang")
        return twiml.connect(base, self._tokens.issue(call, form.get("AccountSid", "")), course)

    async def resume(self, form: Form, course: Course, base: str) -> str:
        """The line of a call broke, but the caller is still there; or we hung up by closing the line."""
        sid = form["CallSid"]
        if form.get("CallStatus", "in-progress") in ENDED:
            return twiml.nothing()
        if self._switchboard.is_over(sid):
            return twiml.hang_up()
        call = _call(form, course)
        refusal = "its line broke too often" if course.attempt > MAX_ATTEMPTS else ""
        if refusal := refusal or self._admission.admit(sid, call.caller):
            _log.warning("Call %s was given up: %s.", sid, refusal)
            self._admission.release(sid)
            return twiml.give_up(self._settings.human)
        _log.warning("Call %s lost its line; here is another (%d of %d).", sid, course.attempt, MAX_ATTEMPTS)
        return twiml.connect(base, self._tokens.issue(call, form.get("AccountSid", "")), course)

    async def status(self, form: Form, course: Course, base: str) -> str:
        """A call ended, or something happened to its stream."""
        sid = form["CallSid"]
        if form.get("StreamEvent") == "stream-error":
            _log.warning(
                "Call %s: Twilio reports a failed stream: %s", sid, form.get("StreamError", "no reason")
            )
            if self._calls and not self._switchboard.is_on_line(sid):
                rescue = asyncio.create_task(self._rescue(self._calls, sid, twiml.resume_url(base, course)))
                self._rescues.add(rescue)
                rescue.add_done_callback(self._rescues.discard)
        elif form.get("CallStatus") in ENDED:
            self._switchboard.end(sid)
        return twiml.nothing()

    async def amd(self, form: Form, _course: Course, _base: str) -> str:
        """Whether a person answered the call we placed. Nobody talks to an answering machine."""
        if form.get("AnsweredBy", "").startswith(("machine", "fax")):
            _log.info("Call %s was answered by a machine and is ended.", form["CallSid"])
            await self._switchboard.hang_up(form["CallSid"])
        return twiml.nothing()

    async def _rescue(self, calls: TwilioCalls, sid: str, url: str) -> None:
        """Bring back a call that Twilio did not send back to us by itself after its stream failed."""
        await asyncio.sleep(GRACE_S)
        if self._switchboard.is_on_line(sid) or self._switchboard.is_over(sid):
            return
        try:
            await calls.resume(sid, url)
        except CallError as error:
            _log.warning("Call %s could not be brought back: %s", sid, error)

    def _endpoint(self, path: str, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            form = await _form(request)
            if form is None:
                return Response("The form is too long.", 413, media_type="text/plain")
            query = request.scope["query_string"].decode("latin-1")
            signature = request.headers.get(HEADER, "")
            if self._signatures and not self._signatures.webhook(path, query, form, signature):
                strangers.warning("A request to %s without Twilio's signature was refused.", path)
                return Response("Twilio's signature is missing or wrong.", 403, media_type="text/plain")
            if not _CALL_SID.fullmatch(form.get("CallSid", "")):
                return Response("CallSid is missing or wrong.", 400, media_type="text/plain")
            base = self._settings.public_url or _asked_at(request)
            return Response(await handler(form, _course(request, form), base), media_type="application/xml")

        return endpoint


async def _form(request: Request) -> Form | None:
    """The form; None if it is too long to be Twilio's."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            return None
    return ImmutableMultiDict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _asked_at(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}{request.scope['root_path']}"


def _course(request: Request, form: Form) -> Course:
    """As the address says, which Twilio signed; a call without one begins its own thread."""
    attempt = request.query_params.get("attempt", "")
    return Course(
        request.query_params.get("thread") or form["CallSid"],
        int(attempt) if attempt.isascii() and attempt.isdigit() and len(attempt) < 4 else 0,
    )


def _call(form: Form, course: Course) -> CallInfo:
    outbound = form.get("Direction", "inbound").startswith("outbound")
    ours, theirs = ("From", "To") if outbound else ("To", "From")
    return CallInfo(
        call_sid=form["CallSid"],
        thread_id=course.thread,
        caller=form.get(theirs, ""),
        called=form.get(ours, ""),
        direction="outbound" if outbound else "inbound",
        resumed=course.attempt > 0,
    )
