"""What callers want of how we speak, or ask about us, where we ask them something ourselves: that is done, or told, and
our question is asked again. It is no answer to it."""

from __future__ import annotations

from emads_voice.agents.dialogue import Act, DialogueAct
from emads_voice.channels.conversation.conduct import Conduct
from emads_voice.graph.conversing import MANNERS
from emads_voice.messages import Phrase

_ABOUT_US = MANNERS | {Act.LANGUAGE, Act.IDENTITY, Act.REPEAT, Act.PRESENCE}


def is_about_us(act: DialogueAct | None) -> bool:
    """Whether an utterance is nothing but such a wish or question."""
    return act is not None and not act.agrees and act.act in _ABOUT_US


def first_said(act: DialogueAct, call: Conduct) -> Phrase | None:
    """What is said before our question is asked again; None: nothing. The language that they want is spoken from now
    on."""
    match act.act:
        case Act.LANGUAGE:
            return "language_changed" if call.change_language(act) else "language_unknown"
        case Act.IDENTITY:
            return "identity"
        case Act.PRESENCE:
            return "yes_here"
        case Act.REPEAT:
            return None
    return "of_course"
