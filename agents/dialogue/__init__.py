"""Dialogue acts: what callers say to the conversation itself ("thank you", "say that again") and to no agent."""

from .acts import ALL_ACTS, SMALL_TALK, Act, DialogueAct, chosen_acts
from .agreement import agrees, listens, refuses, shows_presence
from .correcting import corrected_answer, corrects
from .dialogue import Dialogue
from .lexicon import warm_up
from .passing import asks_instead, mentions, pleads, returns
from .recognition import declines, dialogue_act, questions_in, sentences_in

__all__ = [
    "ALL_ACTS",
    "SMALL_TALK",
    "Act",
    "Dialogue",
    "DialogueAct",
    "agrees",
    "asks_instead",
    "chosen_acts",
    "corrected_answer",
    "corrects",
    "declines",
    "dialogue_act",
    "listens",
    "mentions",
    "pleads",
    "questions_in",
    "refuses",
    "returns",
    "sentences_in",
    "shows_presence",
    "warm_up",
]
