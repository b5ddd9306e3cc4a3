"""The table of a call's phases is whole, and docs/conversation.md shows it as it is.

Run as a program, this file renews what the document shows.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from emads_voice.channels.conversation.phases import TABLE, Action, Event, Phase, Speakers, step

DOCUMENT = Path(__file__).parents[3] / "docs" / "conversation.md"
SHOWN = re.compile(r"(?<=<!-- phases -->\n).*?(?=<!-- end of phases -->)", re.DOTALL)

IMPOSSIBLE = {
    # A conversation is taken once, before all else.
    *(
        (phase, event)
        for phase in Phase
        if phase is not Phase.HELD_ELSEWHERE
        for event in (Event.TAKEN, Event.STILL_HELD)
    ),
    # The question is settled once, while it is asked.
    *((phase, Event.CONSENT_SETTLED) for phase in Phase if phase is not Phase.ASKING_CONSENT),
    # Only a message that was kept can be corrected.
    *((phase, Event.AMENDED) for phase in Phase if phase is not Phase.CONVERSING),
    # Nobody waits for a caller who is not listened to, or asks a silent one anything but the question.
    *((phase, Event.SILENCE) for phase in (Phase.HANDING_OVER, Phase.CLOSING, Phase.ENDED)),
    *(
        (phase, Event.STILL_SILENT)
        for phase in Phase
        if phase not in (Phase.CONVERSING, Phase.TAKING_MESSAGE)
    ),
    # Only who is being handed over can fail to be.
    *((phase, Event.NOT_TRANSFERRED) for phase in Phase if phase not in (Phase.HANDING_OVER, Phase.ENDED)),
    # Only who has talked to us wants a person; what has come too late is ignored.
    *(
        (phase, event)
        for phase in (Phase.HELD_ELSEWHERE, Phase.ASKING_CONSENT, Phase.TAKING_MESSAGE)
        for event in (Event.PERSON, Event.NOBODY_REACHED)
    ),
    *(
        (phase, Event.MESSAGE_SETTLED)
        for phase in Phase
        if phase not in (Phase.TAKING_MESSAGE, Phase.CLOSING, Phase.ENDED)
    ),
    # A plan is put to a caller between two turns.
    *((phase, Event.DECISION) for phase in Phase if phase is not Phase.CONVERSING),
    *((phase, Event.REVIEW_SETTLED) for phase in Phase if phase is not Phase.REVIEWING),
    # Who wants a person while a plan is put to them leaves it open first.
    (Phase.REVIEWING, Event.PERSON),
    (Phase.REVIEWING, Event.NOBODY_REACHED),
    # An agent ends a call only where its answer was heard, a caller where they are listened to.
    *((phase, Event.DONE) for phase in Phase if phase is not Phase.CONVERSING),
    *(
        (phase, Event.DONE_SILENTLY)
        for phase in Phase
        if phase not in (Phase.CONVERSING, Phase.HELD_ELSEWHERE)
    ),
    # A line that is gone brings nothing.
    (Phase.ENDED, Event.KEY),
    (Phase.ENDED, Event.HUNG_UP),
}


def drawn() -> str:
    """The diagram of the phases and the table of what happens in each, in Markdown."""
    arrows = [
        f"    {phase.name} --> {after.name}: {event.value.replace('`', '')}"
        for phase, row in TABLE.items()
        for event, (_, after) in row.items()
        if after is not phase
    ]
    rows = [
        ["", *(phase.title for phase in Phase)],
        ["---"] * (1 + len(Phase)),
        ["who may speak", *(phase.speakers.value for phase in Phase)],
        *([event.value, *(_cell(phase, event) for phase in Phase)] for event in Event),
    ]
    return "\n".join(
        [
            "```mermaid",
            "stateDiagram-v2",
            *(f"    {phase.name}: {phase.title}" for phase in Phase),
            f"    [*] --> {Phase.HELD_ELSEWHERE.name}: others may have it",
            f"    [*] --> {Phase.ASKING_CONSENT.name}: consent is wanted",
            f"    [*] --> {Phase.CONVERSING.name}: no consent is wanted",
            *arrows,
            f"    {Phase.ENDED.name} --> [*]",
            "```",
            "",
            *(f"| {' | '.join(row)} |" for row in rows),
            "",
        ]
    )


def _cell(phase: Phase, event: Event) -> str:
    if event not in TABLE[phase]:
        return "–"
    action, after = TABLE[phase][event]
    return action.value if after is phase else f"{action.value} → **{after.title}**"


def renew() -> None:
    DOCUMENT.write_text(SHOWN.sub(lambda _: drawn(), DOCUMENT.read_text()))


def test_the_document_shows_the_table_as_it_is() -> None:
    (shown,) = SHOWN.findall(DOCUMENT.read_text())
    assert shown == drawn(), "Renew docs/conversation.md: python tests/channels/conversation/test_phases.py"


@pytest.mark.parametrize("event", Event)
@pytest.mark.parametrize("phase", Phase)
def test_every_event_has_an_outcome_in_every_phase_or_cannot_happen_in_it(phase: Phase, event: Event) -> None:
    if (phase, event) in IMPOSSIBLE:
        with pytest.raises(RuntimeError, match=f"{re.escape(event.value)}.*{phase.title}"):
            step(phase, event)
    else:
        action, after = step(phase, event)
        assert after is phase or action is not Action.IGNORE  # nothing changes unnoticed


def test_a_call_only_ever_moves_towards_its_end_but_for_messages_and_decisions() -> None:
    order = list(Phase)
    for phase, row in TABLE.items():
        for event, (_, after) in row.items():
            back = (Phase.CONVERSING, Phase.TAKING_MESSAGE)
            offered = after in back and event in (
                Event.NOBODY_REACHED,
                Event.MESSAGE_SETTLED,
                Event.REVIEW_SETTLED,
            )
            assert offered or order.index(after) >= order.index(phase)


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.ENDED])
def test_every_call_can_end_from_every_phase(phase: Phase) -> None:
    assert step(phase, Event.HUNG_UP)[1] is Phase.ENDED


@pytest.mark.parametrize("phase", [phase for phase in Phase if not phase.both_speak])
def test_who_is_not_listened_to_changes_nothing(phase: Phase) -> None:
    does = {event: TABLE[phase][event] for event in (Event.KEY, Event.WORDS) if event in TABLE[phase]}
    assert set(does.values()) == {(Action.IGNORE, phase)}


def test_who_was_not_listened_to_is_only_listened_to_again_if_nobody_takes_them_over() -> None:
    for phase, row in TABLE.items():
        if not phase.both_speak:
            again = {event for event, (_, after) in row.items() if after.both_speak}
            assert again == ({Event.NOBODY_REACHED} if phase is Phase.HANDING_OVER else set())
        if phase.speakers is Speakers.NOBODY:
            assert {action for action, _ in row.values()} == {Action.IGNORE}


if __name__ == "__main__":
    renew()
