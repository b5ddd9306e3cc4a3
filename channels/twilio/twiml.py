"""What Twilio is told to do with a call, in its XML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from twilio.twiml.voice_response import Connect, VoiceResponse

from . import paths
from .tokens import Grant

GOODBYE = "We are sorry. There is a problem with this line. Please call again later. Goodbye."


@dataclass(frozen=True, slots=True)
class Course:
    """Where a call is on its way, kept in the addresses Twilio is given, so that it outlives our process.

    Attributes:
        thread: the conversation.
        attempt: how often its line has broken.
    """

    thread: str
    attempt: int = 0

    def query(self) -> str:
        """As the query of an address."""
        return urlencode({"thread": self.thread, "attempt": self.attempt})

    def next(self) -> Course:
        """After one more break."""
        return Course(self.thread, self.attempt + 1)


def connect(base: str, grant: Grant, course: Course) -> str:
    """Open a media stream; should it break, ask us what next.

    Args:
        base: the public URL.
        grant: the stream's ticket and token.
        course: as of now.
    """
    response, verb = VoiceResponse(), Connect()
    stream = verb.stream(
        url=base.replace("http", "ws", 1) + paths.media(grant.ticket),
        status_callback=f"{base}{paths.STATUS}?{course.query()}",
    )
    stream.parameter(name="token", value=grant.token)
    response.append(verb)
    response.redirect(resume_url(base, course), method="POST")
    return str(response)


def resume_url(base: str, course: Course) -> str:
    """Where a call goes whose line broke on this course."""
    return f"{base}{paths.RESUME}?{course.next().query()}"


def reject(reason: Literal["busy", "rejected"]) -> str:
    """Do not take the call: the caller hears a busy tone, or that the number is not in service."""
    response = VoiceResponse()
    response.reject(reason=reason)
    return str(response)


def hang_up() -> str:
    """End the call."""
    response = VoiceResponse()
    response.hangup()
    return str(response)


def give_up(human: str) -> str:
    """Hand the caller over to a person, or where there is none, say goodbye."""
    response = VoiceResponse()
    if human:
        response.dial(human)
    else:
        response.say(GOODBYE)
        response.hangup()
    return str(response)


def nothing() -> str:
    """No instruction."""
    return str(VoiceResponse())
