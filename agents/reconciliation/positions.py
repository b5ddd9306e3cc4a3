"""What an agent recommends, read from its own words: which option, and whether it is for it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from emads_voice.agents.forms import Analysis, Stance

from .names import named_words, negated

_NOW = frozenset(word for text in (
    "now", "yet", "today", "immediately", "currently", "year", "bây", "giờ", "ngay", "nay", "hiện", "chưa", "lúc",
) for word in named_words(text))  # fmt: skip
_IF = frozenset(word for text in (
    "if", "only", "unless", "provided", "when", "once", "nếu", "chỉ", "miễn", "khi", "kiện",
) for word in named_words(text))  # fmt: skip
_CONTRAST = frozenset(
    word for text in ("than", "instead", "rather", "thay", "hơn") for word in named_words(text)
)


@dataclass(frozen=True, slots=True)
class Position:
    """What one agent recommends.

    Attributes:
        option: the id of the option it is about.
        stance: None where it cannot be told.
        words: its own.
        condition: with "only_if", what must be so first.
    """

    option: str
    stance: Stance | None
    words: str
    condition: str = ""

    @property
    def positive(self) -> bool:
        """Whether the option may go ahead."""
        return self.stance in ("for", "only_if")


def stance_in_words(analysis: Analysis, option_words: Collection[str]) -> Stance | None:
    """The stance towards an option that a recommendation names; None where words and field contradict each other.

    Args:
        analysis: whose recommendation.
        option_words: the words of the option's name, as `named_words` gives them.
    """
    told = named_words(analysis.recommendation)
    beside = [word for word in told if word not in set(option_words)]
    first = next((number for number, word in enumerate(told) if word in set(option_words)), len(told))
    read: Stance | None
    if negated(beside):
        before = negated(told[:first]) and not _CONTRAST & set(told)
        read = ("not_now" if _NOW & set(beside) else "against") if before else None
    elif _CONTRAST & set(beside):
        read = None
    elif _IF & set(beside) or analysis.condition:
        read = "only_if"
    else:
        read = "for"
    if analysis.stance is None:
        return read
    if analysis.stance == "for" and read in ("against", "not_now", None):
        return None
    return "only_if" if analysis.stance == "for" and read == "only_if" else analysis.stance
