"""A phrase in the language of a conversation."""

from __future__ import annotations

from collections.abc import Mapping

from emads_voice.messages import Catalogue, Phrase
from emads_voice.voice.languages import ENGLISH, Language

OTHERWISE: Mapping[Phrase, Phrase] = {
    "held_elsewhere": "held_elsewhere_again",
    "nobody_reached": "nobody_reached_again",
    "message_kept": "message_kept_again",
    "still_there": "still_there_again",
    "come_in": "come_in_again",
    "may_record_again": "may_record",
    "may_do_again": "may_do",
    "language_unknown": "language_unknown_again",
    "welcome": "welcome_again",
    "not_heard": "not_heard_again",
    "not_recognised": "not_recognised_again",
    "out_of_scope": "out_of_scope_again",
    "which_agent": "which_agent_again",
    "unavailable": "unavailable_again",
    "capabilities": "capabilities_again",
    "hello": "here",
    "here": "yes_here",
    "listening": "here",
    "identity": "disclosure",
    "nothing_to_repeat": "listening",
    "take_your_time": "all_right",
    "all_right": "listening",
    "no_person": "no_person_again",
    "no_callback": "no_callback_again",
    "language_changed": "of_course",
    "of_course": "all_right",
    "goodbye": "goodbye_outgoing",
    "slower": "of_course",
    "faster": "of_course",
    "louder": "of_course",
    "quieter": "of_course",
}
"""What is said in place of a phrase that was the last thing said, as nobody likes to hear the same twice."""


def phrase(
    catalogue: Catalogue, which: Phrase, language: Language, **values: str | float
) -> tuple[str, Language]:
    """A phrase in the caller's language, or in English where it is not there, and the language it is in."""
    spoken = catalogue.phrases(language.base_code)
    return spoken.text(which, **values), language if spoken.code == language.base_code else ENGLISH


def another(
    catalogue: Catalogue, which: Phrase, language: Language, *, after: str, **values: str | float
) -> tuple[str, Language]:
    """A phrase, in other words where it was said just before; see :func:`phrase`.

    Args:
        catalogue: what is said of our own accord.
        which: the phrase.
        language: the caller's.
        after: what was said last.
        values: of its placeholders.
    """
    said = phrase(catalogue, which, language, **values)
    if which in OTHERWISE and after.endswith(said[0]):  # what an agent had said may stand before an apology
        return phrase(catalogue, OTHERWISE[which], language, **values)
    return said
