"""The slate: all options the agents speak of, each once, and where each agent stands.

An option is known by its id where documents or an earlier step gave one, which all agents use. Names only propose that
two are one; where they leave it open, the options stay apart and the doubt is kept for people to settle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from emads_voice.agents.forms import Analysis, Option, Stance

from .names import in_order, named_words, negated, relation
from .positions import Position, stance_in_words


@dataclass(slots=True)
class SlateOption:
    """One option, as its agents propose it: agent → its own entries for it, usually one."""

    id: str
    name: str
    proposed: dict[str, list[Option]] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def take(self, agent: str, option: Option) -> None:
        """Add an agent's entry."""
        self.proposed.setdefault(agent, []).append(option)
        self.names.add(option.name)
        if option.id.strip():
            self.ids.add(option.id.strip().casefold())

    @property
    def entries(self) -> list[tuple[str, Option]]:
        """(agent, entry), in order of the agents."""
        return [(agent, option) for agent in sorted(self.proposed) for option in self.proposed[agent]]


@dataclass(slots=True)
class Slate:
    """See the module.

    Attributes:
        options: by id.
        positions: agent → what it recommends.
        doubts: pairs of names, or a recommendation, of which it is not certain what they mean: agent → its words.
    """

    options: dict[str, SlateOption]
    positions: dict[str, Position]
    doubts: list[dict[str, str]]

    def find(self, reference: str) -> SlateOption | None:
        """The option that an id or a name means, if it certainly means one."""
        return _find(reference, list(self.options.values()))


def build_slate(views: Mapping[str, Analysis]) -> Slate:
    """The slate of several analyses; their order does not matter."""
    groups: list[SlateOption] = []
    for agent in sorted(views):
        for option in views[agent].options:
            _group_of(option, groups).take(agent, option)
    doubts: list[dict[str, str]] = []
    groups = _joined(groups, doubts)
    positions: dict[str, tuple[SlateOption, Position]] = {}
    for agent in sorted(views):
        if views[agent].recommendation.strip():
            positions[agent] = _position(agent, views[agent], groups, doubts)
    for group in groups:
        group.name = min(group.names)
        group.id = min(group.ids, default=" ".join(named_words(group.name)))
    options: dict[str, SlateOption] = {}
    for group in sorted(groups, key=lambda group: (group.id, group.name)):
        while group.id in options:
            group.id += "'"
        options[group.id] = group
    placed = {
        agent: Position(group.id, position.stance, position.words, position.condition)
        for agent, (group, position) in positions.items()
    }
    return Slate(options, placed, doubts)


def _new(groups: list[SlateOption]) -> SlateOption:
    groups.append(SlateOption("", ""))
    return groups[-1]


def _group_of(option: Option, groups: list[SlateOption]) -> SlateOption:
    """The group an entry certainly belongs to: of the same id, or the same name; else a new one."""
    identity = option.id.strip().casefold()
    for group in groups:
        related = {relation(option.name, name) for name in group.names}
        # An id that two agents made up each for itself may stand for different things.
        if identity and identity in group.ids and "different" not in related:
            return group
        if "same" in related:
            return group
    return _new(groups)


def _joined(groups: list[SlateOption], doubts: list[dict[str, str]]) -> list[SlateOption]:
    """Groups of different agents made one where one name is the shorter form of exactly one other."""
    merged: dict[int, int] = {}
    for number, group in enumerate(groups):
        wider = []
        for at, other in enumerate(groups):
            if at == number or group.proposed.keys() & other.proposed.keys():
                continue
            related = {relation(name, name_other) for name in group.names for name_other in other.names}
            same_id = bool(group.ids & other.ids)
            told_apart = bool(group.ids and other.ids and not same_id)
            if "within" in related and not told_apart:
                wider.append(at)
            elif same_id or (
                at > number and (related & {"unsure", "within"} or (told_apart and "around" in related))
            ):
                _doubt(group, other, doubts)
        if len(wider) == 1:
            merged[number] = wider[0]
        for at in wider if len(wider) > 1 else ():
            _doubt(group, groups[at], doubts)
    kept: list[SlateOption] = []
    for number, group in enumerate(groups):
        target = number
        seen = {target}
        while target in merged and merged[target] not in seen:
            target = merged[target]
            seen.add(target)
        if target != number and not group.proposed.keys() & groups[target].proposed.keys():
            for agent, option in group.entries:
                groups[target].take(agent, option)
        else:
            kept.append(group)
    return kept


def _doubt(one: SlateOption, other: SlateOption, doubts: list[dict[str, str]]) -> None:
    ours, theirs = min(one.proposed, default=""), min(other.proposed, default="")
    told = {ours: min(one.names), theirs: min(other.names)}
    if told not in doubts:
        doubts.append(told)


def _find(reference: str, groups: list[SlateOption]) -> SlateOption | None:
    wanted = reference.strip().casefold()
    if not wanted:
        return None
    for group in groups:
        if wanted in group.ids:
            return group
    same = [group for group in groups if any(relation(reference, name) == "same" for name in group.names)]
    if len(same) == 1:
        return same[0]
    near = [group for group in groups if any(relation(reference, name) == "within" for name in group.names)]
    return near[0] if not same and len(near) == 1 else None


def _position(
    agent: str, analysis: Analysis, groups: list[SlateOption], doubts: list[dict[str, str]]
) -> tuple[SlateOption, Position]:
    words = analysis.recommendation.strip()
    own = [group for group in groups if agent in group.proposed]
    found = _find(words, own) or _find(words, groups)
    if found is None:
        named = _named_in(words, own) or _named_in(words, groups)
        found = named[0] if len(named) == 1 else None
        if len(named) > 1:
            doubts.append({agent: words})
    stance: Stance | None
    if found is None:
        group = _new(groups)
        group.take(agent, Option(name=words))
        # In words of its own it is for what it says; "against: do not move" may be meant either way.
        stance = analysis.stance or ("only_if" if analysis.condition else "for")
        if stance in ("against", "not_now") and negated(named_words(words)):
            stance = None
    else:
        group = found
        if words.casefold() in group.ids:
            stance = analysis.stance or ("only_if" if analysis.condition else "for")
        else:
            told = {word for name in group.names for word in named_words(name)}
            stance = stance_in_words(analysis, told)
    if stance is None:
        doubts.append({agent: words})
    return group, Position("", stance, words, analysis.condition or (words if stance == "only_if" else ""))


def _named_in(text: str, groups: list[SlateOption]) -> list[SlateOption]:
    """The options whose names are in a text, without those that are only part of another's."""
    told = named_words(text)
    found = [
        (set(words), group)
        for group in groups
        for name in group.names
        if (words := named_words(name)) and set(words) <= set(told) and in_order(words, told)
    ]
    widest = [group for words, group in found if not any(words < others for others, _ in found)]
    return list({id(group): group for group in widest}.values())
