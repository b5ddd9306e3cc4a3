"""How a conversation is conducted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from emads_voice.messages import Phrase
from emads_voice.voice.endpointing import Endpointing, TurnModel, default_endpointing
from emads_voice.voice.hotwords import distinct
from emads_voice.voice.languages import ENGLISH, Language

from .caller.turn_taking import Sensitivity


@dataclass(frozen=True, slots=True)
class ConversationOptions:
    """How a conversation is conducted. Times in seconds; docs/conversation.md says what each trades off.

    Attributes:
        language: what is spoken before the caller's language is known.
        opening: what the call begins with; None waits for the caller.
        hotwords: names and terms that are likely, one each, for recognisers that can use them.
        sensitivity: how readily sound is taken for the caller's voice.
        endpointing: how long a silence ends an utterance.
        turn_model: judges by the sound of the voice whether an utterance is finished, for the endpointing; None does
            without.
        max_utterance_s: a caller who does not stop is asked to let us in after this, and answered after five times
            this.
        filler_after_s: an answer later than this is announced ("One moment").
        answer_within_s: an answer that has not begun after this, or has stopped for as long, is given up.
        idle_s: silence before the caller is asked whether they are there.
        idle_prompts: how often they are asked before the goodbye.
        max_call_s: the goodbye comes after this.
        key_gap_s: silence on the keypad that ends a number; "#" ends it at once.
        transfer_to: who takes over when a person is wanted, or we cannot go on; "" takes a message or says goodbye.
        our_name: whose assistant it is, as people whom we ring are told; "" does not say.
        voicemail: answering machines are told why we call; else they are hung up on.
    """

    language: Language = ENGLISH
    opening: Phrase | None = "greeting"
    hotwords: Sequence[str] = ()
    sensitivity: Sensitivity = field(default_factory=Sensitivity)
    endpointing: Endpointing = field(default_factory=default_endpointing)
    turn_model: TurnModel | None = None
    max_utterance_s: float = 60.0
    filler_after_s: float = 2.0
    answer_within_s: float = 20.0
    idle_s: float = 10.0
    idle_prompts: int = 2
    max_call_s: float = 3600.0
    key_gap_s: float = 3.0
    transfer_to: str = ""
    our_name: str = ""
    voicemail: bool = False

    def __post_init__(self) -> None:
        """Take each hotword once; refuse a string for them now, rather than in the middle of a call."""
        object.__setattr__(self, "hotwords", distinct(self.hotwords))
