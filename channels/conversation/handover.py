"""Puts a caller through to a person, or takes a message where nobody can be reached."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from emads_voice.agents.call_control import Transfer
from emads_voice.agents.dialogue import asks_instead, corrects, dialogue_act
from emads_voice.channels.transport import Briefing, BriefingTransport, Transport
from emads_voice.messages import Phrase
from emads_voice.observability import attributes, redact
from emads_voice.voice.ear import TranscriptEar
from emads_voice.voice.recognizer import Transcript

from .conduct import Conduct
from .message_taking import PAUSE_S, MessageTaking, Said
from .phases import Event, Phase
from .remarks.about_us import first_said
from .services import Services

_log = logging.getLogger(__name__)

PERSON_WANTED = Transfer(reason="The caller wants to speak to a person.")
"""What a caller asks for."""
WAIT_S = 60.0
"""How long we wait for a caller who needs a moment before they go on."""
CLOSING_S = 2.5
"""How long recognising the end of a message may take, once its caller has hung up."""


class Handover:
    """Of one call. What it decides it tells as events of the call's phases."""

    def __init__(self, call: Conduct, services: Services, transport: Transport, transfer_to: str) -> None:
        """
        Args:
            call: the conversation.
            services: keep what is to be passed on.
            transport: the line.
            transfer_to: who takes over, unless somebody else is wanted; "" is nobody.
        """
        self._call = call
        self._message = MessageTaking(services, call)
        self._transport = transport
        self._transfer_to = transfer_to
        self._wanted: Transfer | None = None
        self._announced = False
        self._offer: Phrase = "nobody_reached"
        self._kept = False  # a message, just now

    @property
    def message_begun(self) -> bool:
        """Whether the caller has said some of a message."""
        return self._message.begun

    def silence_s(self, usual_s: float) -> float:
        """How long a silence means something: in the middle of a message, that it is over."""
        return PAUSE_S if self._message.ends else usual_s

    def want(self, wanted: Transfer, *, announced: bool = False) -> None:
        """A person is wanted. Where there is somebody to ring, :meth:`put_through` follows, else a message is offered.

        Args:
            wanted: who, and why.
            announced: the caller has been told that they are put through.
        """
        self._wanted, self._announced = wanted, announced
        _log.info(
            "Call %s: a person is to take over (%s).",
            self._call.name,
            redact(wanted.reason[:200]) or "no reason given",
        )
        self._call.happened(Event.PERSON if wanted.to or self._transfer_to else Event.NOBODY_REACHED)

    def want_callback(self, said: str) -> None:
        """The caller wants to be called back: what they have said is the beginning of a message."""
        _log.info("Call %s: the caller is to be called back.", self._call.name)
        self._message.begin(said)
        self._offer = "callback"
        self._call.happened(Event.NOBODY_REACHED)

    async def put_through(self) -> None:
        """Transfer the caller to whoever was wanted, or, where we cannot go on, to whoever takes over."""
        wanted, self._wanted = self._wanted, None
        async with self._call.floor:
            await self._call.fall_silent("barge-in" if wanted else "failed")
        if to := (wanted and wanted.to) or self._transfer_to:
            if not (wanted and self._announced):
                await self._call.say("transfer")
            try:
                if wanted and wanted.briefing:
                    await self._brief(wanted.briefing)
                await self._transport.transfer(to)
                self._call.note("transferred", asked_for=wanted is not None)
                self._call.telemetry.happened(attributes.TRANSFERRED)
                return
            except Exception as error:  # a TransferError, or a bug in the line
                self._call.note("error", what=type(error).__name__)
                failed = {attributes.ERROR_TYPE: type(error).__qualname__}
                self._call.telemetry.happened(attributes.TRANSFER_FAILED, failed)
                _log.warning("call %s: the transfer failed (%s)", self._call.name, error)
        self._call.happened(Event.NOBODY_REACHED if wanted else Event.NOT_TRANSFERRED)

    async def _brief(self, text: str) -> None:
        if isinstance(self._transport, BriefingTransport):
            await self._transport.brief(Briefing(text, self._call.language()))
        else:
            _log.warning(
                "call %s: this line can brief nobody; the caller is put through all the same", self._call.name
            )

    async def offer_message(self) -> None:
        """Say that nobody can be reached, or that the caller is called back, and that they may leave a message."""
        offer, self._offer = self._offer, "nobody_reached"
        async with self._call.floor:
            await self._call.fall_silent("barge-in")
        await self._call.tell(offer)

    async def note(self, ear: TranscriptEar) -> None:
        """Take what the caller said for a part of their message. Needs the floor."""
        said = await self._message.take(ear)
        if said is Said.NO_MESSAGE:
            self._message.forget()
        if said is Said.GOODBYE and self._message.begun:
            await self._message.keep(self._call.language())
        if said in (Said.NO_MESSAGE, Said.GOODBYE):
            self._call.happened(Event.MESSAGE_SETTLED)
        if said is Said.NO_MESSAGE:
            self._call.background.start(self._call.respond("message_not_wanted"))
        elif said is Said.GOODBYE:
            self._call.happened(Event.DONE_SILENTLY)
        elif said is Said.AGAIN:
            self._call.background.start(self._call.tell("nobody_reached"))
        elif said is Said.ABOUT_US:
            self._call.background.start(self._ask_again(ear.transcript.text))
        self._call.listen(WAIT_S if said is Said.WAIT else 0.0)

    def comes_back(self, ear: TranscriptEar) -> bool:
        """Whether the caller, who was offered to leave a message, has a question for us instead: the call goes on."""
        text = ear.transcript.text
        if self._call.phase() is not Phase.TAKING_MESSAGE or self._message.begun:
            return False
        return dialogue_act(text) is None and asks_instead(text)

    async def _ask_again(self, text: str) -> None:
        act = dialogue_act(text)
        first = first_said(act, self._call) if act else None
        self._call.release()
        if not first or await self._call.say(first):
            await self._call.tell("nobody_reached")

    def amends(self, ear: TranscriptEar) -> bool:
        """Whether the caller puts right the message that was just kept: that is taken as one, too."""
        kept, self._kept = self._kept, False
        text = ear.transcript.text
        if not kept or dialogue_act(text) or not corrects(text):
            return False
        self._message.amend()
        self._call.happened(Event.AMENDED)
        self._call.background.start(self._call.reply(ear))
        return True

    async def keep(self) -> None:
        """The message is over: keep it, and say so."""
        async with self._call.floor:
            kept = await self._message.keep(self._call.language())
            self._call.happened(Event.MESSAGE_SETTLED)
        self._kept = kept
        await self._call.respond("message_kept" if kept else "unavailable")

    async def hear_out(self, last_words: Coroutine[Any, Any, Transcript | None]) -> None:
        """The caller has hung up: what they were saying is the end of their message. Fails in a log line alone."""
        recognising = asyncio.ensure_future(last_words)
        try:
            async with asyncio.timeout(CLOSING_S), self._call.floor:
                try:
                    if last := await recognising:
                        await self._message.take(TranscriptEar(last))
                finally:
                    if self._message.begun:
                        await self._message.keep(self._call.language())
        except Exception as error:
            _log.warning(
                "call %s: the end of a message is lost (%s)", self._call.name, str(error) or "no time"
            )
        finally:
            recognising.cancel()
