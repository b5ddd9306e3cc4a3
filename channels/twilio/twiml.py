"""What Twilio is told to do with a call, in its XML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from twilio.twiml.voice_response import Connect, VoiceResponse

from emads_voice.channels.transport import Briefing

from . import paths
from .tokens import Grant

RINGS_S = 25
"""How long a person's telephone rings before nobody takes over: five or six times."""

MOST_BRIEFING = 1_000
"""Characters of a briefing that are read out: a minute, while the caller waits. Twilio takes 4,096."""

_VOICES = {"en": "en-US", "vi": "vi-VN", "de": "de-DE", "es": "es-ES", "fr": "fr-FR"} | {
    "ja": "ja-JP",
    "ko": "ko-KR",
    "zh": "zh-CN",
}
"""What Twilio calls the languages of its own voices."""


@dataclass(frozen=True, slots=True)
class Course:
    """Where a call is on its way, kept in the addresses Twilio is given, so that it outlives our process.

    Attributes:
        thread: the conversation.
        attempt: how often its line has broken.
        purpose: why we rang, if we did and somebody said why.
    """

    thread: str
    attempt: int = 0
    purpose: str = ""

    def query(self) -> str:
        """As the query of an address."""
        purpose = {"purpose": self.purpose} if self.purpose else {}
        return urlencode({"thread": self.thread, "attempt": self.attempt, **purpose})

    def next(self) -> Course:
        """After one more break."""
        return Course(self.thread, self.attempt + 1, self.purpose)


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


def transfer(base: str, to: str, course: Course, *, briefed: bool) -> str:
    """Ring a person, and connect the caller to them; we are asked what next when that is over, or nobody picked up.

    Args:
        base: the public URL.
        to: the person's number.
        course: as of now.
        briefed: we are asked what to tell the person before the caller is connected; the caller hears it ring on.
    """
    response = VoiceResponse()
    action = f"{base}{paths.DIALLED}?{course.next().query()}"
    if briefed:
        dial = response.dial(action=action, method="POST", timeout=RINGS_S, answer_on_bridge=True)
        dial.number(to, url=f"{base}{paths.BRIEFING}?{course.query()}", method="POST")
    else:
        response.dial(to, action=action, method="POST", timeout=RINGS_S)
    return str(response)


def brief(briefing: Briefing | None) -> str:
    """Tell a person who has picked up what it is about, in Twilio's voice."""
    response = VoiceResponse()
    if briefing:
        language = _VOICES.get(briefing.language.base_code, _VOICES["en"])
        response.say(briefing.text[:MOST_BRIEFING], language=language)
    return str(response)


def give_up(base: str, human: str, goodbye: str) -> str:
    """Hand the caller over to a person, or where there is none, say goodbye in Twilio's voice, which is English."""
    response = VoiceResponse()
    if human:
        response.dial(human, action=base + paths.GIVEN_UP, method="POST", timeout=RINGS_S)
    else:
        response.say(goodbye)
        response.hangup()
    return str(response)


def nothing() -> str:
    """No instruction."""
    return str(VoiceResponse())
