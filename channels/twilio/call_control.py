"""What is asked of Twilio over its REST API: place a call, end one, hand one over, record one.

Such requests are rare, so each opens and closes its own connection: nothing to keep alive, nothing to close.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from emads_voice.channels.call import thread_of_call
from emads_voice.channels.errors import CallError
from emads_voice.channels.transport import Briefing
from emads_voice.observability import redact

from . import paths
from .recent_calls import CallMemory
from .settings import NUMBER, TwilioSettings

if TYPE_CHECKING:
    from twilio.rest import Client

    from .twiml import Course

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

TIMEOUT_S = 10.0
"""For a whole request; Twilio answers in well under a second."""
TIME_LIMIT_S = 3600
"""A placed call is ended by Twilio after this, whatever becomes of us. Twilio's own limit is four hours."""


class TwilioCalls:
    """The calls of one account."""

    def __init__(self, settings: TwilioSettings, *, api_url: str = "") -> None:
        """
        Args:
            settings: the account, its secret and our number.
            api_url: sends everything there instead of to Twilio, for tests: "http://127.0.0.1:4010".
        """
        self._settings = settings
        self._api_url = api_url
        self.briefings: CallMemory[Briefing] = CallMemory()
        """What whoever picks up a transferred call is told, by conversation. It is in no address, which others log."""

    async def place(self, to: str, *, thread_id: str = "", purpose: str = "") -> str:
        """Ring someone up; who answers is connected to the conversation.

        Args:
            to: their number, E.164.
            thread_id: the conversation to continue; "" begins one.
            purpose: why we call, in words that whoever answers is told: "your order 12 can be collected". Twilio keeps
                it with the call, as part of an address.

        Returns:
            The call's SID.

        Raises:
            CallError: Twilio refuses, it is no number, ours (EMADS_PHONE_NUMBER) is not set, or the conversation's
                name and the purpose are too long for an address.
        """
        _check(to)
        if not self._settings.number:
            raise CallError(
                "There is no number to call from: set EMADS_PHONE_NUMBER to one of your Twilio numbers."
            )
        base = self._settings.public_url
        said = {name: value for name, value in (("thread", thread_id), ("purpose", purpose)) if value}
        query = f"?{urlencode(said)}" if said else ""
        if len(query) > paths.MAX_QUERY - len("thread=&attempt=000") - 36:  # a thread of its own is a UUID
            what = "purpose" if purpose else "conversation's name"
            raise CallError(f"That {what} is too long for an address: choose a shorter one.")
        call = await self._ask(
            lambda client: client.calls.create_async(
                to=to,
                from_=self._settings.number,
                url=base + paths.VOICE + query,
                status_callback=base + paths.STATUS,
                machine_detection="DetectMessageEnd" if self._settings.voicemail else "Enable",
                async_amd="true",
                async_amd_status_callback=base + paths.AMD,
                time_limit=TIME_LIMIT_S,
            )
        )
        return str(call.sid)

    async def text(self, to: str, body: str) -> None:
        """Send a text message.

        Args:
            to: their number, E.164.
            body: what it says; Twilio takes 1,600 characters.

        Raises:
            CallError: Twilio refuses, it is no number, or ours (EMADS_PHONE_NUMBER) is not set.
        """
        _check(to)
        if not self._settings.number:
            raise CallError(
                "There is no number to write from: set EMADS_PHONE_NUMBER to one of your Twilio numbers."
            )
        sender = self._settings.number
        await self._ask(lambda client: client.messages.create_async(to=to, from_=sender, body=body))

    async def hang_up(self, call_sid: str) -> None:
        """End a call; one that has ended already is no error.

        Raises:
            CallError: Twilio could not be asked.
        """
        await self._change(call_sid, status="completed")

    async def transfer(
        self, call_sid: str, to: str, *, course: Course | None = None, briefing: Briefing | None = None
    ) -> bool:
        """Connect the caller to another number; False if they have hung up. Who is not picked up comes back to us.

        Args:
            call_sid: the call.
            to: the number.
            course: of the call; by default that of one which began its own conversation.
            briefing: what whoever picks up is told first.

        Raises:
            CallError: Twilio refuses, or it is no number.
        """
        _check(to)
        from . import twiml

        course = course or twiml.Course(thread_of_call(call_sid))
        self.briefings.forget(course.thread)
        if briefing:
            self.briefings.note(course.thread, briefing)
        told = twiml.transfer(self._settings.public_url, to, course, briefed=briefing is not None)
        return await self._change(call_sid, twiml=told)

    async def resume(self, call_sid: str, url: str) -> bool:
        """Send a call whose line broke to the webhook that gives it a new one; False if it has ended.

        Raises:
            CallError: Twilio could not be asked.
        """
        return await self._change(call_sid, url=url, method="POST")

    async def record(self, call_sid: str, *, consent: str) -> None:
        """Record the rest of a call, caller and answers on a channel each.

        Args:
            call_sid: the call.
            consent: id of the audit record that keeps the caller's spoken consent; none, no recording.

        Raises:
            ValueError: ``consent`` is empty.
            CallError: Twilio refuses.
        """
        if not consent:
            raise ValueError("A call is recorded only after the caller's consent has been recorded.")
        await self._ask(
            lambda client: client.calls(call_sid).recordings.create_async(recording_channels="dual")
        )
        _log.info("Call %s is recorded; consent %s.", call_sid, consent)

    async def pause_recording(self, call_sid: str, paused: bool) -> bool:
        """Replace what is said and keyed by silence in the recording of a call, or go on recording.

        Returns:
            Whether there is a recording.

        Raises:
            CallError: Twilio refuses.
        """
        changes = {"status": "paused", "pause_behavior": "silence"} if paused else {"status": "in-progress"}
        current = "Twilio.CURRENT"  # whichever goes on
        try:
            await self._ask(lambda client: client.calls(call_sid).recordings(current).update_async(**changes))
        except _GoneError:
            return False
        _log.info("Call %s: its recording %s.", call_sid, "pauses for secret keys" if paused else "goes on")
        return True

    async def _change(self, call_sid: str, **changes: Any) -> bool:
        """Whether the call was there to be changed."""
        try:
            await self._ask(lambda client: client.calls(call_sid).update_async(**changes))
        except _GoneError:
            return False
        return True

    async def _ask(self, request: Callable[[Client], Awaitable[_T]]) -> _T:
        # Twilio's client takes half a second to import, and only placed or transferred calls need it.
        import aiohttp
        from twilio.base.exceptions import TwilioException, TwilioRestException
        from twilio.rest import Client

        from .http_client import HttpClient

        secret = self._settings.auth_token.get_secret_value()
        if not (self._settings.account_sid and secret):
            raise CallError("Twilio cannot be asked: set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.")
        try:
            async with asyncio.timeout(TIMEOUT_S), HttpClient(self._api_url) as http:
                return await request(Client(self._settings.account_sid, secret, http_client=http))
        except TwilioRestException as error:
            if error.status == 404:
                raise _GoneError("The call has ended.") from None
            raise CallError(
                f"Twilio refused ({error.status}): {redact(error.msg)}; "
                f"see twilio.com/docs/api/errors/{error.code or ''}."
            ) from None
        except (TwilioException, aiohttp.ClientError, OSError) as error:
            reason = "no answer in time" if isinstance(error, TimeoutError) else type(error).__name__
            raise CallError(f"Twilio could not be reached ({reason}): try again.") from None


def _check(number: str) -> None:
    if not NUMBER.fullmatch(number):
        raise CallError("That is no telephone number: write it with its country code, such as +84901234567.")


class _GoneError(CallError):
    """The call is not there any more."""
