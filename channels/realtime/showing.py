"""Our own events, ``emads.…``, for clients that ask for them: what the protocol has no word for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from emads_voice.channels import live_events as live

from .outbox import Outbox
from .responses import Responses


class Showing:
    """Of one session."""

    def __init__(self, outbox: Outbox, responses: Responses) -> None:
        """Take what they are sent by, and what is being said; inside the event loop."""
        self._outbox = outbox
        self._responses = responses
        self._now = asyncio.get_running_loop().time
        self._stopped_at: float | None = None  # when the caller had said the last word
        self._heard_at: float | None = None
        self._words_at: float | None = None
        self._shows = False

    def asked(self) -> None:
        """A question was typed, or committed: it is heard."""
        self._stopped_at = self._heard_at = self._now()

    def sounded(self) -> None:
        """Sound of ours was sent."""
        if self._stopped_at is None or self._words_at is None or not self._shows:
            return
        now, heard = self._now(), self._heard_at or self._stopped_at
        parts = {
            "hearing_ms": heard - self._stopped_at,
            "thinking_ms": self._words_at - heard,
            "speaking_ms": now - self._words_at,
            "total_ms": now - self._stopped_at,
        }
        self._stopped_at = self._words_at = None
        told = {name: round(seconds * 1000) for name, seconds in parts.items()}
        self._outbox.put("emads.latency", response_id=self._responses.now_id, **told)

    def tell(self, event: live.LiveEvent) -> None:
        """What goes on in the conversation."""
        self._shows = True
        match event:
            case live.HeardSoFar(transcript):
                language = transcript.language.code if transcript.language else None
                self._outbox.put("emads.heard_so_far", text=transcript.text, language=language)
            case live.CallerFinished(silence_s):
                self._stopped_at = self._now() - silence_s
            case live.CallerHeard(transcript, answered):
                self._heard_at = self._now()
                if not answered:
                    self._stopped_at = None
                    self._outbox.put("emads.unanswered", text=transcript.text)
            case live.TurnBegan():
                self._words_at = None
            case live.WordsBegan():
                if self._stopped_at is not None and self._words_at is None:
                    self._words_at = self._now()
            case live.StageEnded(_, update):
                self._stage(update)
            case live.TurnEnded(how, answer, language):
                self._outbox.put(
                    "emads.turn_ended", how=how, answer=answer, language=language.code if language else None
                )

    def _stage(self, update: Mapping[str, Any]) -> None:
        response_id = self._responses.now_id
        if route := update.get("route"):
            self._outbox.put(
                "emads.agents_asked",
                response_id=response_id,
                agents=route["agents"],
                reason=route.get("reason", ""),
            )
        analyses = update.get("analyses")
        if isinstance(analyses, Mapping):  # else what belonged to the last turn is taken away
            for agent, analysis in analyses.items():
                self._outbox.put(
                    "emads.agent_answered", response_id=response_id, agent=agent, analysis=analysis
                )
        if decision := update.get("decision"):
            self._outbox.put("emads.decided", response_id=response_id, decision=decision)
