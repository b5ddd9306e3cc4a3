"""What the routes answer with."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from hashlib import blake2b

from emads_voice.channels.turn import VoiceGraph
from emads_voice.observability import AuditLog
from emads_voice.voice.languages import Language
from emads_voice.voice.recognizer import Recognizer
from emads_voice.voice.synthesizer import Synthesizer
from emads_voice.voice.text.language import identify

from .requests.reading import Decoder
from .requests.working import Work

THREAD = r"^[^\x00-\x1f\x7f/]{1,200}$"
"""Names of conversations that can stand in an address."""

Hold = Callable[[str], AbstractAsyncContextManager[object]]
"""Keeps others from a conversation while it is held; raises ``ThreadLockError`` if another has it."""


@dataclass(frozen=True)
class Parts:
    """Everything that one API has; see :func:`.app.create_api` for what each is."""

    graph: VoiceGraph
    recognizer: Recognizer
    synthesizer: Synthesizer
    hold: Hold
    work: Work
    languages: Sequence[Language]
    hotwords: Sequence[str]
    agents: Collection[str]
    secret: bytes | None = None
    audit: AuditLog | None = None
    decoder: Decoder = field(default_factory=Decoder)

    def thread_id(self, name: str) -> str:
        """The conversation that a client names.

        Where nobody has to have a key, its id depends on a secret of this process: then names lead to conversations
        that were begun by such clients, and to no others.
        """
        if self.secret is None:
            return name
        hashed = blake2b(name.encode(), key=self.secret, digest_size=16).digest()
        return str(uuid.UUID(bytes=hashed, version=5))

    def language_of(self, text: str) -> Language:
        """What a text is written in, of the languages spoken here. May load a model: call it in a thread."""
        spoken = [language for language in self.languages if language in self.synthesizer.languages]
        return identify(text, spoken or self.languages)
