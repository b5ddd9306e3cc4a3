"""The handbook: a folder of company documents in one or more languages, read into passages fit to be spoken.

    handbook/
        en/technology.md      Markdown by language; the same file name in another language is its translation
        vi/technology.md
        initiatives/*.yaml    decisions in preparation, with each agent's view; texts as {en: …, vi: …}

examples/handbook/README.md explains the format to someone writing their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from emads_voice.agents.errors import HandbookError
from emads_voice.agents.forms import Complexity, CostEstimate, Flag, Level
from emads_voice.error_text import reason_of
from emads_voice.messages import Catalogue, language_name, shipped

from .documents import Section, read_sections, read_yaml


def _by_language(value: object) -> object:
    if isinstance(value, Mapping):
        return {language_name(str(key)): str(text) for key, text in value.items()}
    return {"": str(value)} if isinstance(value, (str, int, float)) else value


Text = Annotated[dict[str, str], BeforeValidator(_by_language)]
"""Language name → text; under "" a text that serves every language."""


def in_language(text: Mapping[str, str], language: str) -> str:
    """The text in a language, else the one for all, else English, else any; empty if there is none."""
    for key in (language, "", "English"):
        if key in text:
            return text[key]
    return next(iter(text.values()), "")


class _Entry(BaseModel):
    # A misspelt key would silently lose what the writer meant to say.
    model_config = ConfigDict(frozen=True, extra="forbid")


class HandbookOption(_Entry):
    """An option of an initiative, the same for all agents."""

    name: Text
    timeline: Text = {}
    cost: CostEstimate | None = None
    present: bool = False


class OptionView(_Entry):
    """What one agent thinks of an option."""

    pros: list[Text] = []
    cons: list[Text] = []
    effort: Level = "medium"


class RiskView(_Entry):
    """A risk one agent sees."""

    risk: Text
    probability: Level = "medium"
    impact: Level = "medium"
    mitigation: Text = {}
    option: str = Field(default="", description="key of the option that has it; empty: all have it")


class ImpactView(_Entry):
    """What changes in one area of operations."""

    area: Text
    now: Text = {}
    change_needed: Text = {}


class NeedView(_Entry):
    """People or things that must be had."""

    type: Text
    quantity: float = Field(ge=0)
    cost: CostEstimate | None = None


class View(_Entry):
    """One agent's view of an initiative: its part of the normal form, in the documents' languages."""

    answer: Text
    recommendation: str = Field(default="", description="key of the option preferred")
    confidence: float = Field(default=0.5, ge=0, le=1)
    constraints: list[Text] = []
    options: dict[str, OptionView] = {}
    risks: list[RiskView] = []
    cost_estimate: CostEstimate | None = None
    benefits: list[Text] = []
    assumptions: list[Text] = []
    complexity: Complexity | None = None
    flags: list[Flag] = []
    architecture: Text = {}
    operational_impact: list[ImpactView] = []
    resource_needs: list[NeedView] = []


class Initiative(_Entry):
    """A decision in preparation."""

    title: Text
    summary: Text
    document: Text = {}
    also_called: list[str] = []
    objective: Text = {}
    alignment_okr: Text = {}
    options: dict[str, HandbookOption] = {}
    views: dict[str, View] = {}

    @model_validator(mode="after")
    def _options_exist(self) -> Initiative:
        for agent, view in self.views.items():
            named = (view.recommendation, *(risk.option for risk in view.risks))
            for key in (*view.options, *filter(None, named)):
                if key not in self.options:
                    raise ValueError(
                        f"views.{agent} speaks of the option {key!r}, which is not among options"
                    )
        return self


@dataclass(frozen=True, slots=True)
class Passage:
    """What is found and read out: a paragraph in every language it was written in, or an initiative."""

    document: Mapping[str, str]
    section: Mapping[str, str]
    text: Mapping[str, str]
    agents: tuple[str, ...] = ()
    initiative: Initiative | None = None
    leads: bool = True  # the first paragraph of its section

    @property
    def in_full(self) -> dict[str, str]:
        """The text under its heading, by language."""
        return {language: f"{self.section[language]}: {text}" for language, text in self.text.items()}


@dataclass(frozen=True, slots=True)
class Handbook:
    """Company documents, ready to be searched."""

    passages: tuple[Passage, ...]
    languages: tuple[str, ...]


def load_handbook(path: str | Path, *, catalogue: Catalogue | None = None) -> Handbook:
    """Read a folder of documents.

    Args:
        path: of the folder.
        catalogue: what papers are called that do not say so; by default as comes with the package.

    Raises:
        HandbookError: there is none, it is empty, or a document cannot be read; names the file, the
            line where known, and what is wrong.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise HandbookError(
            f"There is no handbook folder {folder}: give the folder that holds en/, vi/ and initiatives/."
        )
    papers = (catalogue or shipped()).translations("initiative_papers")
    passages = [*_documents(folder), *_initiatives(folder, papers)]
    if not passages:
        raise HandbookError(
            f"The handbook {folder} holds no documents: put Markdown files into {folder / 'en'}."
        )
    languages = dict.fromkeys(language for passage in passages for language in passage.text if language)
    return Handbook(tuple(passages), tuple(sorted(languages)))


def _documents(folder: Path) -> Iterator[Passage]:
    """Translations share a name; paragraph by paragraph where they are built alike, else each for itself."""
    translations: dict[str, dict[str, list[Section]]] = defaultdict(dict)
    for path in sorted(folder.glob("*/**/*.md")):
        relative = path.relative_to(folder)
        language = language_name(relative.parts[0])
        translations[str(Path(*relative.parts[1:]))][language] = read_sections(path)
    for versions in translations.values():
        shapes = {tuple(len(section.paragraphs) for section in sections) for sections in versions.values()}
        groups = [versions] if len(shapes) == 1 else [{language: s} for language, s in versions.items()]
        for group in groups:
            yield from _merged(group)


def _merged(versions: Mapping[str, list[Section]]) -> Iterator[Passage]:
    for sections in zip(*versions.values(), strict=True):
        by_language = dict(zip(versions, sections, strict=True))
        for number in range(len(sections[0].paragraphs)):
            yield Passage(
                document={language: section.document for language, section in by_language.items()},
                section={language: section.heading for language, section in by_language.items()},
                text={language: section.paragraphs[number] for language, section in by_language.items()},
                agents=sections[0].agents,
                leads=number == 0,
            )


def _initiatives(folder: Path, papers: Mapping[str, str]) -> Iterator[Passage]:
    for path in sorted([*folder.glob("**/*.yaml"), *folder.glob("**/*.yml")]):
        try:
            initiative = Initiative.model_validate(read_yaml(path.read_text(encoding="utf-8"), path))
        except (OSError, UnicodeDecodeError) as error:
            raise HandbookError(
                f"{path} cannot be read ({reason_of(error)}): let this user read it, as text in UTF-8."
            ) from None
        except ValidationError as error:
            raise HandbookError(f"{path}: {_first_fault(error)}; correct it.") from None
        if not initiative.document:
            initiative = initiative.model_copy(update={"document": papers})
        yield Passage(
            initiative.document, initiative.title, initiative.summary, tuple(initiative.views), initiative
        )


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"the key {place} is not known"
    if fault["type"] == "missing":
        return f"the key {place} is missing"
    message = fault["msg"].removeprefix("Value error, ")
    return f"{place}: {message}" if place else message
