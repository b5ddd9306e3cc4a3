"""What a specialist is told besides its instructions: the date, the caller, what is open and
remembered, what the documents say.

Each piece stands as JSON, so that no text in it can pass for a part of the prompt.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from emads_voice.agents.call_context import CallContext

from .texts import load_prompt

_NOTHING = "nothing"


@dataclass(frozen=True)
class Material:
    """What is known when a question is asked.

    Attributes:
        today: the date where the program runs.
        call: who is calling, as far as it is known.
        open: what was proposed in the conversation and is not decided.
        decided: on the subject, in earlier conversations, each with ``question``, ``proposed``, ``status`` and
            ``reference``.
        known: what the caller had kept of themselves, in their words.
        passages: of the documents, each with ``document``, ``section`` and ``text``, most fitting first.
    """

    today: date
    call: CallContext = field(default_factory=CallContext)
    open: Sequence[str] = ()
    decided: Sequence[Mapping[str, str]] = ()
    known: Sequence[str] = ()
    passages: Sequence[Mapping[str, Any]] = ()

    def in_words(self) -> str:
        """As a model is told it."""
        # No number: whoever runs the model need not know who called. A tool may look it up, by `current_call`.
        caller = {
            "reached us by": self.call.channel,
            "direction": self.call.direction,
            **self.call.parameters,
        }
        known = {name: value for name, value in caller.items() if value}
        return load_prompt("material").text.format(
            date=f"{self.today:%A}, {self.today.isoformat()}",
            caller=_json(known) if known else "not known",
            open=_json(list(self.open)) if self.open else _NOTHING,
            decided=_json(list(self.decided)) if self.decided else _NOTHING,
            known=_json(list(self.known)) if self.known else _NOTHING,
            passages="\n".join(map(_json, self.passages)) or f"({_NOTHING} there about this)",
        )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
