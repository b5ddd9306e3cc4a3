"""A conversation as it is read in a terminal, told while it goes on."""

from __future__ import annotations

import time
from collections.abc import Callable

from rich.text import Text

from emads_voice.agents.agent import label
from emads_voice.channels.live_events import (
    CallerBegan,
    CallerFinished,
    CallerHeard,
    CallerNotHeard,
    CallerWentOn,
    Cut,
    EchoHeard,
    LiveEvent,
    Saying,
    StageEnded,
    TurnBegan,
    TurnEnded,
    WordsBegan,
    WordsEnded,
)
from emads_voice.cli.console import note, print_row
from emads_voice.cli.decided import decided

OURS, TOGETHER = "Assistant", "ReconcileGPT"
"""Who speaks where it is not one agent: the conversation itself, or what was made of several agents' answers."""

_WIDTH = len(TOGETHER)


class Transcript:
    """Follows one conversation.

    Attributes:
        begun: whether something was said by us.
        heard: how often words of the caller's were heard.
        failed: whether something said was not understood or not answered.
        state: what goes on, in a word: "listening", "you speak", "thinking", "speaking".
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` tells seconds, monotonic."""
        self.begun = self.failed = False
        self.heard = 0
        self.state = "listening"
        self._clock = clock
        self._agents: list[str] = []
        self._labelled = ""
        self._turn = self._words = False
        self._unheard = (
            False  # whether they have finished, and were not understood yet: we may speak meanwhile
        )
        self._ended_at: float | None = None  # when the caller fell silent
        self._hinted = False
        self._unplayed = ""  # words of ours that were cut

    @property
    def busy(self) -> bool:
        """Whether the caller speaks or waits for an answer, or we say something."""
        return self.state in ("you speak", "thinking") or self._unheard or self._turn or self._words

    def tell(self, event: LiveEvent) -> None:
        """Something happened in the conversation."""
        match event:
            case CallerBegan() | CallerWentOn():
                self.state = "you speak"
            case CallerFinished(silence_s):
                self.state, self._unheard = "thinking", True
                self._ended_at = self._clock() - silence_s
            case CallerHeard():
                self._heard(event)
            case EchoHeard() if not self._hinted:
                self._hinted = True
                note("It hears itself: put on headphones, or turn the loudspeaker down.")
            case CallerNotHeard():
                self.failed, self._unheard = True, False
                self.state = "listening"
                note("What you said could not be recognised: say it again.")
            case TurnBegan():
                self._turn, self._agents, self._labelled = True, [], ""
                self.state = "thinking"
            case StageEnded(update=update):
                if agents := (update.get("route") or {}).get("agents"):
                    self._agents = agents
                    self._row("Asked", ", ".join(map(label, agents)))
                if decision := update.get("decision"):
                    self._row("Decision", decided(decision))
            case WordsBegan():
                self._words = True
            case Saying(text):
                self._saying(text)
            case WordsEnded():
                self._words = False
                self._silent()
            case Cut(unplayed):
                self._unplayed = unplayed.strip()
                self._silent()
            case TurnEnded(how):
                self._turn, self._agents, self._labelled = False, [], ""
                self.failed = self.failed or how == "failed"
                self._silent()

    def _silent(self) -> None:
        if self.state == "speaking":
            self.state = "thinking" if self._unheard else "listening"

    def close(self) -> None:
        """Whatever was being said will not go on."""
        if self._unplayed:
            self._row("", "", f"(interrupted, and not heard: “{self._unplayed}”)")
        self._unplayed = ""

    def _heard(self, event: CallerHeard) -> None:
        text, language = event.transcript.text, event.transcript.language
        self._unheard = False
        self.heard += bool(text)
        if event.answered:
            self.close()
            self._labelled = ""
            self._row("You", f"“{text}”", f"({language.name})" if language else "")
            return
        self.state = "listening"
        self._ended_at = None

    def _saying(self, text: str) -> None:
        if not text.strip():
            return
        self.begun, self._unplayed = True, ""  # what was cut goes on
        self.state = "speaking"
        speaks = OURS
        if self._turn and self._agents:
            speaks = label(self._agents[0]) if len(self._agents) == 1 else TOGETHER
        took = ""
        if self._ended_at is not None:
            took = f"(after {self._clock() - self._ended_at:.1f} s)"
            self._ended_at = None
        self._row("" if speaks == self._labelled else speaks, text.strip(), took)
        self._labelled = speaks

    @staticmethod
    def _row(title: str, text: str, aside: str = "") -> None:
        print_row(Text(f"{title:>{_WIDTH}}", "bold cyan"), text, aside)
