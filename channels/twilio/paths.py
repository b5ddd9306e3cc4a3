"""The addresses Twilio knows, below the public URL."""

VOICE = "/twilio/voice"
MEDIA = "/twilio/media"
STATUS = "/twilio/status"
RESUME = "/twilio/resume"
AMD = "/twilio/amd"
DIALLED = "/twilio/dialled"
GIVEN_UP = "/twilio/given-up"
BRIEFING = "/twilio/briefing"

MAX_QUERY = 2_048
"""Bytes of the addresses' parameters: a conversation's name, and the number of its attempt."""


def media(ticket: str) -> str:
    """The address of one stream; that of one without a ticket if it is ""."""
    return f"{MEDIA}/{ticket}" if ticket else MEDIA
