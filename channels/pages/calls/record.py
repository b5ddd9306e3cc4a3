"""A call as a page shows it: made of what the ledger has of it, and of nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, pairwise, takewhile
from typing import Literal

from emads_voice.observability import AuditEvent
from emads_voice.observability.ledger import Read
from emads_voice.observability.ledger.standing import Standing

SILENT_S = 900.0
"""After so long without an entry a call that has not ended is taken for one whose process was killed: callers who are
silent are asked whether they are there, and then hung up on, in a fraction of it."""

_LATER = frozenset({"reviewed", "executed", "erased"})
"""May be recorded days after the conversation."""

OURS = frozenset({"said", "asked", "announced"})
"""What we said, each with what of it was played."""

State = Literal["live", "ended", "left_open"]


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of a turn.

    Attributes:
        name: "routing", "answering" or "saying"; see the messages ``calls_stage_…``.
        seconds: how long it took.
        begun: when it began, in seconds from the beginning of its turn.
    """

    name: Literal["routing", "answering", "saying"]
    seconds: float
    begun: float


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry.

    Attributes:
        number: in the conversation.
        event: what happened.
        erased: whether its words are gone.
        ours: whether it is something that we said.
        offset_s: when, from the first entry.
        played: the beginning of what was said that was played; "" where the entry has no such part.
        unplayed: the rest of it; "" if all was played.
        facts: what else there is, by name.
    """

    number: int
    event: AuditEvent
    erased: bool
    ours: bool
    offset_s: float
    played: str
    unplayed: str
    facts: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Part:
    """The entries of a turn, or those between two.

    Attributes:
        turn: its number; 0 for what is no turn.
        happenings: at least one.
        stages: how long it took until what; none outside of turns.
    """

    turn: int
    happenings: list[Happening]
    stages: list[Stage]

    @property
    def lasted_s(self) -> float:
        """From what was heard to the end of its last stage."""
        return max((stage.begun + stage.seconds for stage in self.stages), default=0.0)


@dataclass(frozen=True, slots=True)
class Speech:
    """Somebody spoke.

    Attributes:
        ours: whether it was us.
        begun: in seconds from the first entry, not before it.
        seconds: how long.
    """

    ours: bool
    begun: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Call:
    """One conversation.

    Attributes:
        conversation: its thread.
        state: whether it goes on.
        begun: when its first entry was made.
        lasted: from then to its end, or to what was last said or done in it.
        turns: how many.
        asked: who was asked, each once.
        last_heard: what the caller said last; "" if nothing, or if it was erased.
        trace: of its last turn, in hex; "" if none.
        parts: all that happened.
        speech: who spoke when.
        interruptions: when the caller interrupted, in seconds from the first entry.
        standing: how far its entries are what was written.
    """

    conversation: str
    state: State
    begun: datetime
    lasted: timedelta
    turns: int
    asked: list[str]
    last_heard: str
    trace: str
    parts: list[Part]
    speech: list[Speech]
    interruptions: list[float]
    standing: Standing

    @property
    def version(self) -> str:
        """Another one whenever a page of it would look different."""
        standing = self.standing
        return f"{standing.entries}.{standing.verified}.{standing.signed}.{self.state}"


def read_call(reads: Sequence[Read], standing: Standing, at: datetime) -> Call:
    """A call.

    Args:
        reads: its entries, one at least.
        standing: how they stand.
        at: the time now: it says whether a call that has not ended goes on.
    """
    events = [each.event for each in reads]
    begun = events[0].at
    ended = [event.at for event in events if event.kind == "ended"]
    last = (
        ended[-1] if ended else max((event.at for event in events if event.kind not in _LATER), default=begun)
    )
    heard = [event.text for event in events if event.kind == "voice_input" and event.text]
    return Call(
        conversation=events[0].thread_id,
        state=_state(events, at),
        begun=begun,
        lasted=last - begun,
        turns=max(event.turn for event in events),
        asked=list(dict.fromkeys(name for event in events for name in _agents(event))),
        last_heard=heard[-1] if heard else "",
        trace=next((event.trace_id for event in reversed(events) if event.trace_id), ""),
        parts=[
            _part(turn, [read for _, read in part], begun)
            for turn, part in groupby(zip(_turns(events), reads, strict=True), lambda each: each[0])
        ],
        speech=list(_speech(events, begun)),
        interruptions=[_since(begun, event.at) for event in events if event.kind == "barge_in"],
        standing=standing,
    )


def _turns(events: Sequence[AuditEvent]) -> list[int]:
    """The turn of each entry. What has none, as a plan that is put before people, is of the turn it happens in."""
    turns = [event.turn for event in events]
    numbered = [n for n, turn in enumerate(turns) if turn]
    for before, after in pairwise(numbered):
        if turns[before] == turns[after]:
            turns[before:after] = [turns[before]] * (after - before)
    return turns


def _state(events: Sequence[AuditEvent], at: datetime) -> State:
    """A conversation that is no call, as one over the HTTP API, has neither beginning nor end: it is over for now."""
    begun = max((n for n, event in enumerate(events) if event.kind == "call_started"), default=-1)
    ended = max((n for n, event in enumerate(events) if event.kind == "ended"), default=-1)
    if begun < 0 or ended > begun:
        return "ended"
    return "live" if _since(events[-1].at, at) < SILENT_S else "left_open"


def _agents(event: AuditEvent) -> Iterator[str]:
    if event.kind == "routed":
        named = event.details.get("agents") or event.details.get("agent") or ""
        yield from (name.strip() for name in str(named).split(",") if name.strip())


def _since(begun: datetime, at: datetime) -> float:
    return (at - begun).total_seconds()


def _part(turn: int, reads: Sequence[Read], begun: datetime) -> Part:
    return Part(
        turn,
        [_happening(each, begun) for each in reads],
        _stages([each.event for each in reads]) if turn else [],
    )


def _happening(read: Read, begun: datetime) -> Happening:
    event = read.event
    ours = event.kind in OURS
    # Not always its beginning: a number that was cut is redacted in another way than the whole one.
    common = sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(event.text, event.played, strict=False))
    )
    return Happening(
        number=read.entry.sequence,
        event=event,
        erased=read.erased,
        ours=ours,
        offset_s=_since(begun, event.at),
        played=event.played if ours else "",
        unplayed=event.text[common:] if ours else "",
        facts=list(_facts(event)),
    )


def _facts(event: AuditEvent) -> Iterator[tuple[str, str]]:
    for name, value in (("language", event.language), ("model", event.model)):
        if value:
            yield name, value
    if event.duration_s:
        yield "sound", f"{event.duration_s:.1f} s"
    for name, detail in event.details.items():
        if detail is not None and detail != "":
            shown = {True: "yes", False: "no"}[detail] if isinstance(detail, bool) else str(detail)
            unit = " s" if name.endswith("_s") else ""
            yield name.removesuffix("_s").replace("_", " "), shown + unit


def _stages(events: Sequence[AuditEvent]) -> list[Stage]:
    """What the times of a turn's entries say. The first of each kind counts, and of the answers the last."""
    heard = next((event.at for event in events if event.kind == "voice_input"), None)
    routed = next((event.at for event in events if event.kind == "routed"), None)
    answered = [event.at for event in events if event.kind in {"analysed", "proposed"}]
    said = next((event for event in events if event.kind == "said"), None)
    stages: list[Stage] = []
    before = heard
    reached: Iterable[tuple[Literal["routing", "answering"], datetime | None]] = (
        ("routing", routed),
        ("answering", max(answered, default=None)),
    )
    for name, at in reached:
        if heard and before and at and at >= before:
            stages.append(Stage(name, _since(before, at), _since(heard, before)))
            before = at
    if heard and said and said.at >= heard:
        end = _since(heard, said.at)
        begun = max(0.0, end - said.duration_s)  # an answer may be spoken while it is still being written
        stages.append(Stage("saying", end - begun, begun))
    return stages


def _speech(events: Sequence[AuditEvent], begun: datetime) -> Iterator[Speech]:
    for event in events:
        if event.kind in {"voice_input", "message_left", *OURS} and 0 < event.duration_s < 86_400:
            end = _since(begun, event.at)
            start = max(0.0, end - event.duration_s)
            yield Speech(event.kind in OURS, start, end - start)
