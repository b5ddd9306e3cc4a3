"""How the handbook is spoken: citing, one side of an initiative, and saying that nothing is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from emads_voice.agents.money import say_cost
from emads_voice.agents.text import words
from emads_voice.messages import Catalogue, Key

from .handbook import HandbookOption, Initiative, Passage, View, in_language
from .options import Comparison, Measure
from .products import Product

Side = Literal["position", "cost", "risk", "time", "people", "benefit", "options"]

# What a question about an initiative asks for; accents folded. The first that fits.
_WORDINGS: tuple[tuple[Side, str], ...] = (
    ("cost", "costs?|price|budget|expensive|how much|chi phi|bao nhieu tien|ton|ngan sach|kinh phi"),
    ("risk", "risks?|dangers?|dangerous|go wrong|rui ro|nguy co|nguy hiem"),
    ("time", "how long|timeline|how soon|when|bao lau|khi nao|bao gio|thoi gian|may thang"),
    (
        "people",
        "staff|people|employees|workers|agents|jobs|team|training|train|hire|nhan vien|nhan su"
        "|tong dai vien|dao tao|tuyen|cong viec|viec lam|nguoi",
    ),
    ("options", "options|alternatives?|choices|phuong an|lua chon"),
    ("benefit", "benefits?|advantages?|gain|loi ich|uu diem|duoc gi"),
)
_SIDES = [(side, re.compile(rf"\b({wording})\b")) for side, wording in _WORDINGS]

_DECISION = re.compile(r"\b(should|worth|recommend|can (?:we|the|a|an|it)|nen|duoc khong|co the)\b")


def asked_side(question: str, follow_up: str = "") -> Side:
    """Which side of an initiative a question asks for; a follow-up's own words go first."""
    for text in filter(None, (follow_up, question)):
        plain = " ".join(words(text))
        found = [side for side, pattern in _SIDES if pattern.search(plain)]
        # "Should we …, and what does it mean for staff?" is answered by the position, which names the staff.
        if found and not (text == question and _DECISION.search(plain)):
            return found[0]
    return "position"


_PLACE = "\N{OBJECT REPLACEMENT CHARACTER}"

_SIDE_NAMES: dict[Side, Key] = {
    "position": "side_position",
    "cost": "side_cost",
    "risk": "side_risk",
    "time": "side_time",
    "people": "side_people",
    "options": "side_options",
    "benefit": "side_benefit",
}


class Wording:
    """How the handbook speaks one language."""

    def __init__(self, catalogue: Catalogue, language: str, told: Sequence[str] = ()) -> None:
        """
        Args:
            catalogue: of all languages.
            language: by its English name.
            told: what was answered earlier in the conversation: once a source has been named aloud, the next are not.
        """
        self._messages = catalogue.wording(language)
        self._language = language
        self._told = told
        opening = re.escape(self._messages.text("cited_whole", document=_PLACE, text="").strip())
        cited = re.compile(opening.replace(_PLACE, ".{1,200}?"))
        self._names_sources = not any(cited.search(text) for text in told)

    def told(self, passage: Passage) -> bool:
        """Whether a passage was what was answered last."""
        return bool(self._told) and self.local(passage.text) in self._told[-1]

    def local(self, text: Mapping[str, str]) -> str:
        """A text of the handbook in this language, or the nearest to it."""
        return in_language(text, self._language)

    def cited(self, document: str, section: str, text: str) -> str:
        """A text with where it was read, if no source has been named yet."""
        if not self._names_sources:
            return text
        if section == document:
            return self._messages.text("cited_whole", document=document, text=text)
        return self._messages.text("cited", document=document, section=section, text=text)

    def contradicting(self, sources: Sequence[Mapping[str, str]], texts: Sequence[str]) -> str:
        """Two texts that contradict each other, each with where it stands."""
        (first, second), (said, also_said) = sources, texts
        return self._messages.text(
            "contradicting",
            first=first["document"],
            said=said,
            second=second["document"],
            alsosaid=also_said,
        )

    def as_told(self, text: str) -> str:
        """A text that was told before, or a part of it."""
        return self._messages.text("as_told", text=text)

    def product(self, product: Product) -> str:
        """What so many of a thing cost, after the text that says what one costs."""
        return self._messages.text(
            "product",
            count=product.count,
            things=product.things or "none",
            total=float(product.total),
            currency=product.currency,
            about="about" if product.about else "exactly",
        )

    def nothing_found(self) -> str:
        """That the handbook does not answer the question."""
        return self._messages.text("nothing_found")

    def part_unanswered(self, question: str, answer: str) -> str:
        """An answer to one of several questions that tells nothing, with the question it is to."""
        if answer == self.nothing_found():
            return self._messages.text("part_not_found", question=question)
        return answer

    def asks_subject(self) -> str:
        """The question what it is about, where nothing says it."""
        return self._messages.text("which_subject")

    def asks_which(self, first: Passage, second: Passage) -> str:
        """The question which of two passages is meant."""
        return self._messages.text(
            "which_section", first=self.local(first.section), second=self.local(second.section)
        )

    def not_decided(self, initiative: Initiative) -> str:
        """That the papers say nothing of a decision that was taken for made."""
        return self._messages.text(
            "not_decided", document=self.local(initiative.document), initiative=self.local(initiative.title)
        )

    def cannot_act(self) -> str:
        """That nothing is carried out here."""
        return self._messages.text("cannot_act")

    def compared(self, comparison: Comparison, measure: Measure) -> str:
        """Which option costs or takes least, then each with its figure."""
        told = []
        least, monthly = comparison.least, comparison.least_monthly
        if measure == "time":
            told += [self._least("least_time", least)] if least else []
        elif least and monthly and least != monthly:
            told += [self._least("least_once", least), self._least("least_monthly", monthly)]
        elif cheapest := least or monthly:
            told.append(self._least("least_cost", cheapest))
        told += [
            self._option_takes(option) if measure == "time" else self._option_costs(option)
            for option in comparison.options
        ]
        return " ".join(filter(None, told))

    def _least(self, key: Key, option: HandbookOption) -> str:
        return self._messages.text(key, option=self.local(option.name))

    def _option_costs(self, option: HandbookOption) -> str:
        if option.cost is None:
            return ""
        told = say_cost(option.cost, self._messages)
        return self._messages.text("option_costs", option=self.local(option.name), cost=told)

    def _option_takes(self, option: HandbookOption) -> str:
        if not option.timeline:
            return ""
        return self._messages.text(
            "option_takes", option=self.local(option.name), time=self.local(option.timeline)
        )

    def side_missing(self, initiative: Initiative, agent: str, side: Side) -> str:
        """That the papers do not give this side of an initiative."""
        return self._messages.text(
            "side_missing",
            who=self._messages.text("speaker", agent=agent),
            document=self.local(initiative.document),
            side=self._messages.text(_SIDE_NAMES[side]),
        )

    def side_of(
        self, initiative: Initiative, view: View, side: Side, option: HandbookOption | None = None
    ) -> str:
        """What the initiative papers say about one side, in sentences; empty if they say nothing.

        ``option``: the one whose cost or time is asked for, if not that of the one recommended.
        """
        if option and side in ("cost", "time"):
            return self._option_costs(option) if side == "cost" else self._option_takes(option)
        writers: dict[Side, Callable[[Initiative, View], str]] = {
            "position": lambda _, view: self.local(view.answer),
            "cost": self._cost,
            "risk": self._risk,
            "time": self._time,
            "people": self._people,
            "options": self._options,
            "benefit": self._benefit,
        }
        return writers[side](initiative, view)

    def _cost(self, initiative: Initiative, view: View) -> str:
        chosen = initiative.options.get(view.recommendation)
        if chosen and chosen.cost:
            return self._option_costs(chosen)
        if view.cost_estimate is None:
            return ""
        told = say_cost(view.cost_estimate, self._messages)
        if chosen:
            return self._messages.text("option_costs", option=self.local(chosen.name), cost=told)
        return self._messages.text("initiative_costs", initiative=self.local(initiative.title), cost=told)

    def _risk(self, _: Initiative, view: View) -> str:
        if not view.risks:
            return ""
        count = len(view.risks)
        told = self._messages.listed([self.local(risk.risk) for risk in view.risks])
        sentences = [self._messages.text("main_risks", risks=told, count=count)]
        if remedy := self.local(view.risks[0].mitigation):
            sentences.append(self._messages.text("remedy", remedy=remedy, count=count))
        return " ".join(sentences)

    def _time(self, initiative: Initiative, view: View) -> str:
        chosen = initiative.options.get(view.recommendation)
        options = [chosen] if chosen else initiative.options.values()
        return " ".join(filter(None, (self._option_takes(option) for option in options)))

    def _people(self, _: Initiative, view: View) -> str:
        needs = [
            self._messages.text("quantity", quantity=need.quantity, what=self.local(need.type))
            for need in view.resource_needs
        ]
        sentences = [self._messages.text("needs", needs=self._messages.listed(needs))] if needs else []
        for impact in view.operational_impact:
            if change := self.local(impact.change_needed):
                sentences.append(
                    self._messages.text("area_changes", area=self.local(impact.area), change=change)
                )
        return " ".join(sentences)

    def _options(self, initiative: Initiative, view: View) -> str:
        names = [self.local(option.name) for option in initiative.options.values()]
        if not names:
            return ""
        told = [self._messages.text("options", options=self._messages.listed(names), count=len(names))]
        if view.recommendation:
            best = self.local(initiative.options[view.recommendation].name)
            told.append(self._messages.text("option_recommended", option=best))
        return " ".join(told)

    def _benefit(self, _: Initiative, view: View) -> str:
        liked = view.options.get(view.recommendation)
        told = [self.local(text) for text in [*view.benefits, *(liked.pros if liked else [])]]
        return self._messages.text("benefits", benefits=self._messages.listed(told)) if told else ""


def other_language(catalogue: Catalogue, language: str, languages: Sequence[str]) -> str:
    """Said before an English answer to a caller whose language the documents are not written in."""
    english = catalogue.english
    return english.text("other_language", language=language, languages=english.listed(languages))
