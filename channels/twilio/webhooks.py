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
from dataclasses import replace
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import Request, Response
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route, WebSocketRoute

from emads_voice.channels.admission import Admission
from emads_voice.channels.call import CallInfo, thread_of_call
from emads_voice.channels.errors import CallError
from emads_voice.observability.log_throttle import strangers
from emads_voice.tasks import Tasks

from . import paths, twiml
from .call_control import TwilioCalls
from .callers import caller_of
from .forms import Form, FormError, read_form
from .recent_calls import CallMemory
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
TALKED_S = 3
"""Who picked up and hung up again sooner has not talked to the caller."""
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
        goodbye: str,
        signatures: Signatures | None,
        calls: TwilioCalls | None,
    ) -> None:
        """
        Args:
            settings: the public URL, the lists and the human's number.
            admission: the places of this process.
            tokens: for the streams.
            switchboard: who is on the line.
            goodbye: said, in English, to whoever cannot be helped.
            signatures: None takes requests from anyone; for local tests.
            calls: Twilio's REST API; None where nobody has proved to be Twilio.
        """
        self._settings = settings
        self._admission = admission
        self._tokens = tokens
        self._switchboard = switchboard
        self._goodbye = goodbye
        self._signatures = signatures
        self._calls = calls
        self._rescues = Tasks()
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
            paths.DIALLED: self.dialled,
            paths.GIVEN_UP: self.given_up,
            paths.BRIEFING: self.briefing,
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
            return twiml.reject("busy") if call.direction == "inbound" else self._give_up(base)
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
        course = replace(course, thread=self._switchboard.thread_of(sid, course.thread))
        call = _call(form, course)
        refusal = "its line broke too often" if course.attempt > MAX_ATTEMPTS else ""
        if refusal := refusal or self._admission.admit(sid, call.caller):
            _log.warning("Call %s was given up: %s.", sid, refusal)
            self._admission.release(sid)
            return self._give_up(base)
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
                self._rescues.start(self._rescue(self._calls, sid, course, base))
        return twiml.nothing()

    async def dialled(self, form: Form, course: Course, base: str) -> str:
        """A person to whom we had transferred a caller has hung up, or was not reached."""
        sid = form["CallSid"]
        if self._calls:
            self._calls.briefings.forget(course.thread)
        if form.get("CallStatus", "in-progress") in ENDED:
            return twiml.nothing()
        if _was_talked_to(form) or self._is_spent(sid, course) or not self._switchboard.take_back(sid):
            return twiml.hang_up()
        call = replace(_call(form, course), resumed=False, returned=form.get("DialCallStatus", "failed"))
        if refusal := self._admission.admit(sid, call.caller):
            _log.warning("Call %s came back, since nobody took it over, and was given up: %s.", sid, refusal)
            return twiml.give_up(base, "", self._goodbye)
        _log.info("Call %s is back: nobody took it over (%s).", sid, call.returned)
        return self._connect(form, call, course, base)

    async def given_up(self, form: Form, _course: Course, base: str) -> str:
        """The same of a caller with whom we could not go on."""
        return twiml.hang_up() if _was_talked_to(form) else twiml.give_up(base, "", self._goodbye)

    async def briefing(self, _form: Form, course: Course, _base: str) -> str:
        """A person picks up a transferred call, and is not connected to the caller yet."""
        return twiml.brief(self._calls.briefings.get(course.thread) if self._calls else None)

    async def amd(self, form: Form, _course: Course, _base: str) -> str:
        """Whether a person answered the call we placed. An answering machine is told why we call, if that is wanted."""
        sid, answered = form["CallSid"], form.get("AnsweredBy", "")
        if self._switchboard.is_over(sid):
            return twiml.nothing()
        listens = self._settings.voicemail and answered.startswith("machine_end")
        if listens and self._switchboard.machine_records(sid):
            _log.info("Call %s was answered by a machine, which records.", sid)
            return twiml.nothing()
        if answered.startswith(("machine", "fax")):
            _log.info("Call %s was answered by a machine and is ended.", sid)
            await self._switchboard.hang_up(sid)
        return twiml.nothing()

    def _connect(self, form: Form, call: CallInfo, course: Course, base: str) -> str:
        grant = self._tokens.issue(call, form.get("AccountSid", ""), course.attempt)
        return twiml.connect(base, grant, course)

    def _give_up(self, base: str) -> str:
        return twiml.give_up(base, self._settings.human, self._goodbye)

    def _is_past(self, sid: str, course: Course) -> bool:
        """Whether nothing is left to do: the call is over, or the stream it asks for was opened or has expired.

        Twilio never sends such a request; a replay of one does.
        """
        return self._switchboard.is_over(sid) or self._is_spent(sid, course)

    def _is_spent(self, sid: str, course: Course) -> bool:
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

        An address that nobody signed may not choose a conversation, nor have that of a genuine call: such a call has
        one of its own, which has the same name when it comes back to this process.
        """
        said = dict(parse_qsl(query))
        attempt = said.get("attempt", "0")
        if not re.fullmatch("[0-9]{1,3}", attempt):
            raise FormError(400, "attempt is no number.")
        sid = form["CallSid"]
        if self._signatures:
            thread = said.get("thread") or thread_of_call(sid)
            return Course(thread, int(attempt), said.get("purpose", ""))
        name = hashlib.blake2b(sid.encode(), key=self._key, digest_size=16).digest()
        return Course(str(UUID(bytes=name, version=4)), int(attempt))


def _asked_at(request: Request) -> str:
    """The address of a server without a public one: this machine's, or the check of origins had refused the request."""
    return f"http://{request.headers['host']}{request.scope['root_path']}"


def _was_talked_to(form: Form) -> bool:
    """Whether whoever was dialled picked up, and stayed on the line with the caller."""
    duration = form.get("DialCallDuration", "")
    lasted_s = int(duration) if re.fullmatch("[0-9]{1,6}", duration) else TALKED_S
    picked_up = form.get("DialCallStatus") in {"completed", "answered"} and form.get("DialBridged") != "false"
    return picked_up and lasted_s >= TALKED_S


def _call(form: Form, course: Course) -> CallInfo:
    outbound = form.get("Direction", "inbound").startswith("outbound")
    ours, theirs = ("From", "To") if outbound else ("To", "From")
    return CallInfo(
        call_sid=form["CallSid"],
        thread_id=course.thread,
        caller=caller_of(form.get(theirs, "")),
        called=form.get(ours, ""),
        direction="outbound" if outbound else "inbound",
        purpose=course.purpose,
        resumed=course.attempt > 0,
    )
