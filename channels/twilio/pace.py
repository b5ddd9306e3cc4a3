"""How fast a stream may come: as fast as somebody speaks and presses keys.

What has come in all stays behind the clock (:mod:`~emads_voice.channels.allowance`), and a stream that runs ahead of
it comes from no telephone. Whatever it is made of (sound, silence filled into gaps, marks, keys, events nobody knows,
messages that say nothing), it costs time and memory that other calls need.
"""

from __future__ import annotations

from .messages import RATE

SOUND_PER_S = round(1.05 * RATE)
"""Samples. A twentieth more than a caller speaks: the clocks of cheap bridges are fast by less."""

MESSAGES_PER_S = 200
"""Twilio sends 50 pieces of sound, and marks and keys besides; some bridges send 100."""

MESSAGE_BYTES = 1024
"""A longer message counts as several. One of 20 ms of sound has about 350."""

KEYS_PER_S = 20
"""A key sounds for 40 ms at least, and the pause after it lasts as long (ITU-T Q.24)."""
