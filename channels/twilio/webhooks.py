"""What Twilio asks us by HTTP: a call comes in, its line broke, it ended, who or what answered.

Twilio repeats a request that it thinks lost, and its signatures have no time in them, so asking twice gets the
same answer and does nothing twice, however much later; a call that is over is told to hang up.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from urllib.parse import parse_qsl

from fastapi import Request, Response
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route, WebSocketRoute

from emads_voice.channels.admission import Admission
from emads_voice.channels.call import CallInfo
from emads_voice.channels.errors import CallError
from emads_voice.observability.noise import strangers

from . import paths, twiml
from .callers import caller_of
from .calls import TwilioCalls
from .forms import Form, FormError, read_form
from .memory import CallMemory
from .settings import TwilioSettings
from .signature import HEADER, Signatures, is_signature
from .switchboard import Switchboard
from .tokens import StreamTokens
from .twiml import Course

_log = logging.getLogger(__name__)

_CALL_SID = re.compile("CA[0-9A-Za-z]{1,32}")
"""Twilio's have 32 hex digits; simulators are less strict about those, not about how many. Names and values are
signed without anything between them, so a longer one could have swallowed the fields that follow it."""

Handler = Callable[[Form, Course, str], Awaitable[str]]

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
            calls: Twilio's REST API; None where nobody has proved to be Twilio.
        """
        self._settings = settings
        self._admission = admission
        self._tokens = tokens
        self._switchboard = switchboard
        self._signatures = signatures
        self._calls = calls
        self._rescues: set[asyncio.Task[None]] = set()
        self._furthest: CallMemory[int] = CallMemory()  # the attempt a call came back for, or was sent to
        self._key = secrets.token_bytes(32)

    def routes(self, middleware: Sequence[Middleware] = ()) -> list[BaseRoute]:
        """The webhooks and the media sockets, each behind the middleware.

        They are Starlette's own: FastAPI's would take a stranger's query and cookies apart before we see them.
        """
        handlers: Mapping[str, Handler] = {
            paths.VOICE: self.voice,
            paths.RESUME: self.resume,
            paths.STATUS: self.status,
            paths.AMD: self.amd,
        }
        posts = [
            Route(path, self._endpoint(path, handler), methods=["POST"], middleware=middleware)
            for path, handler in handlers.items()
        ]
        sockets = [
            WebSocketRoute(path, self._switchboard.answer, middleware=middleware)
            for path in (paths.media(""), paths.media("{ticket}"))
        ]
        return [*posts, *sockets]

    async def voice(self, form: Form, course: Course, base: str) -> str:
        """A call rings, or someone we rang answered."""
        sid = form["CallSid"]
        call = _call(form, course)
        if self._is_past(sid, course):
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
        return self._connect(form, call, course, base)

    async def resume(self, form: Form, course: Course, base: str) -> str:
        """The line of a call broke, but the caller is still there; or we hung up by closing the line."""
        sid = form["CallSid"]
        if form.get("CallStatus", "in-progress") in ENDED:
            return twiml.nothing()
        if self._is_past(sid, course):
            return twiml.hang_up()
        self._reach(sid, course)
        call = _call(form, course)
        refusal = "its line broke too often" if course.attempt > MAX_ATTEMPTS else ""
        if refusal := refusal or self._admission.admit(sid, call.caller):
            _log.warning("Call %s was given up: %s.", sid, refusal)
            self._admission.release(sid)
            return twiml.give_up(self._settings.human)
        _log.warning("Call %s lost its line; here is another (%d of %d).", sid, course.attempt, MAX_ATTEMPTS)
        return self._connect(form, call, course, base)

    async def status(self, form: Form, course: Course, base: str) -> str:
        """A call ended, or something happened to its stream."""
        sid = form["CallSid"]
        if form.get("CallStatus") in ENDED:
            self._switchboard.end(sid)
        elif form.get("StreamEvent") == "stream-error":
            _log.warning(
                "Call %s: Twilio reports a failed stream: %s", sid, form.get("StreamError", "no reason")
            )
            if self._calls and self._is_missing(sid, course):
                rescue = asyncio.create_task(self._rescue(self._calls, sid, course, base))
                self._rescues.add(rescue)
                rescue.add_done_callback(self._rescues.discard)
        return twiml.nothing()

    async def amd(self, form: Form, _course: Course, _base: str) -> str:
        """Whether a person answered the call we placed. Nobody talks to an answering machine."""
        sid = form["CallSid"]
        if form.get("AnsweredBy", "").startswith(("machine", "fax")) and not self._switchboard.is_over(sid):
            _log.info("Call %s was answered by a machine and is ended.", sid)
            await self._switchboard.hang_up(sid)
        return twiml.nothing()

    def _connect(self, form: Form, call: CallInfo, course: Course, base: str) -> str:
        grant = self._tokens.issue(call, form.get("AccountSid", ""), course.attempt)
        return twiml.connect(base, grant, course)

    def _is_past(self, sid: str, course: Course) -> bool:
        """Whether a call is over, or has had the stream it asks for: then Twilio asks no more, but a recording of
        what it asked may."""
        if self._switchboard.is_over(sid):
            return True
        if spent := self._tokens.is_spent(sid, course.attempt):
            strangers.warning("Call %s asked for a stream that it has had, or did not open in time.", sid)
        return spent

    def _reach(self, sid: str, course: Course) -> None:
        self._furthest.note(sid, max(course.attempt, self._furthest.get(sid) or 0))

    def _is_missing(self, sid: str, course: Course) -> bool:
        """Whether a call whose stream failed on this course is nowhere else yet."""
        back = self._switchboard.is_on_line(sid) or (self._furthest.get(sid) or 0) > course.attempt
        return not (back or self._switchboard.is_over(sid))

    async def _rescue(self, calls: TwilioCalls, sid: str, course: Course, base: str) -> None:
        """Bring back a call that Twilio did not send back to us by itself after its stream failed; once."""
        await asyncio.sleep(GRACE_S)
        if not self._is_missing(sid, course):
            return
        self._reach(sid, course.next())
        try:
            if not await calls.resume(sid, twiml.resume_url(base, course)):
                self._switchboard.end(sid)
        except CallError as error:
            _log.warning("Call %s could not be brought back: %s", sid, error)

    def _endpoint(self, path: str, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                query, form = await self._genuine(request, path)
                course = self._course(query, form)
            except FormError as refusal:
                return Response(str(refusal), refusal.status, media_type="text/plain")
            base = self._settings.public_url or _asked_at(request)
            return Response(await handler(form, course, base), media_type="application/xml")

        return endpoint

    async def _genuine(self, request: Request, path: str) -> tuple[str, Form]:
        """The query and the form of a request that is Twilio's.

        Raises:
            FormError: it is not; what can be told before the form is read, is.
        """
        signature = request.headers.get(HEADER, "")
        if self._signatures and not is_signature(signature):
            raise self._unsigned(path)
        query: bytes = request.scope["query_string"]
        if len(query) > paths.MAX_QUERY:
            raise FormError(414, "The address is too long.")
        form = await read_form(request)
        address = query.decode("latin-1")
        if self._signatures and not self._signatures.webhook(path, address, form, signature):
            raise self._unsigned(path)
        if not _CALL_SID.fullmatch(form.get("CallSid", "")):
            raise FormError(400, "CallSid is missing or wrong.")
        return address, form

    def _unsigned(self, path: str) -> FormError:
        strangers.warning("A request to %s without Twilio's signature was refused.", path)
        return FormError(403, "Twilio's signature is missing or wrong.")

    def _course(self, query: str, form: Form) -> Course:
        """As the address says, which Twilio signed; a call without one begins its own thread.

        An address that nobody signed may not choose a conversation: such a call has one of its own, which has the
        same name when it comes back to this process.
        """
        said = dict(parse_qsl(query))
        attempt = said.get("attempt", "0")
        if not re.fullmatch("[0-9]{1,3}", attempt):
            raise FormError(400, "attempt is no number.")
        sid = form["CallSid"]
        if self._signatures:
            return Course(said.get("thread", sid), int(attempt))
        name = hashlib.blake2b(sid.encode(), key=self._key, digest_size=16).hexdigest()
        return Course(f"unsigned-{name}", int(attempt))


def _asked_at(request: Request) -> str:
    """The address of a server without a public one: this machine's, or its doorway had refused the request."""
    return f"http://{request.headers['host']}{request.scope['root_path']}"


def _call(form: Form, course: Course) -> CallInfo:
    outbound = form.get("Direction", "inbound").startswith("outbound")
    ours, theirs = ("From", "To") if outbound else ("To", "From")
    return CallInfo(
        call_sid=form["CallSid"],
        thread_id=course.thread,
        caller=caller_of(form.get(theirs, "")),
        called=form.get(ours, ""),
        direction="outbound" if outbound else "inbound",
        resumed=course.attempt > 0,
    )
