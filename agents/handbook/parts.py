"""The several questions of one breath: "What are the password rules, and how do I book a room?"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from emads_voice.agents.routing.followup import is_follow_up
from emads_voice.agents.text import words
from emads_voice.vietnamese import is_vietnamese

from .features import words_of
from .wording import Wording

# Where a second question may begin, with or without accents.
_JOINT = re.compile(
    r"[?？;.!]\s|\b(?:and|but|also|plus|và|va|còn|con|ngoài ra|ngoai ra|rồi|roi)\s", re.IGNORECASE
)

# What makes words a question: in English at their beginning, in Vietnamese anywhere; accents folded.
_ASKS = re.compile(
    r"^(?:(?:on|in|at|by|to|for|from) )?(?:what|how|when|where|who|whom|whose|which|why|can|could|may|must|do|does|did"
    r"|is|are|was|were|should|shall|will|would|has|have)\b"
    r"|\b(?:the nao|nhu nao|ra sao|lam sao|tai sao|vi sao|bao nhieu|bao lau|bao gio|khi nao|luc nao|o dau|may gio"
    r"|ai (?:la|duyet|ky|quyet|phu trach)|la (?:ai|gi)|gi|nao|may|khong)\b"
)
# What leans on the words before it belongs to the question that they are.
_LEANS = re.compile(r"\b(?:it|its|they|them|their|that|those|these|this|he|she|his|her)\b")
_LEANS_VIETNAMESE = re.compile(r"\b(?:no|chung|(?:cai|viec|dieu|luc) (?:do|nay))\b")
_MOST = 4
"""Each is searched for by itself; nobody asks more in one breath."""
_READ = 1_000
"""Longer texts, in characters, are one question."""


def parts(question: str) -> list[str]:
    """The questions that a text joins, where each of them stands alone; else the text itself.

    "Who approves a purchase and how long does it take" is one question: its second half leans on the first.
    """
    if len(question) > _READ:
        return [question]
    found = [part for each in _JOINT.split(question) if (part := each.strip(" ,;.?!？"))]
    if not 1 < len(found) <= _MOST or not all(map(_asks, found)):
        return [question]
    leaning = _LEANS_VIETNAMESE if is_vietnamese(question) else _LEANS
    leans = any(leaning.search(" ".join(words(part))) or is_follow_up(part) for part in found[1:])
    return [question] if leans else found


def _asks(part: str) -> bool:
    return bool(_ASKS.search(" ".join(words(part))) and words_of(part))


def joined(questions: Sequence[str], answers: Sequence[dict[str, Any]], wording: Wording) -> dict[str, Any]:
    """One form of the answers to several questions: what the one that proposes something says, else the first found.

    What is not answered, or asked back, is said last.
    """
    found = [fields for fields in answers if fields.get("sources")]
    main = next((fields for fields in found if fields.get("kind") == "proposal"), found[0])
    left = [
        wording.part_unanswered(question, fields["answer"])
        for question, fields in zip(questions, answers, strict=True)
        if not fields.get("sources")
    ]
    told = [*(fields["answer"] for fields in found), *left]
    sources = [source for fields in found for source in fields["sources"]]
    return {
        **main,
        "answer": " ".join(dict.fromkeys(told)),
        "sources": [source for n, source in enumerate(sources) if source not in sources[:n]],
    }
