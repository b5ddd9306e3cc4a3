"""Making a specialist of a chat model: one call fills the form and speaks while it is being filled in."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from langchain_core.tools import BaseTool
from opentelemetry import trace

from emads_voice.error_text import first_line
from emads_voice.messages import Catalogue, shipped
from emads_voice.observability import attributes, happened
from emads_voice.sequences import several

from .agent import Agent, Say
from .call_context import current_call
from .chat.call import BrokenOffError, FormCall, Guard, NoFormError, Patience
from .chat.form_schema import form_schema, protected_text
from .chat.metering import asking, model_label, model_name
from .chat.spoken import Spoken
from .chat.tools import ToolBelt
from .errors import ModelError
from .forms import Analysis
from .guards import language as language_of_answers
from .guards.answer import GuardedAnswer, Judged
from .guards.instructions import Instructions
from .handbook.model import HandbookModel
from .heard import open_proposals
from .prompts.material import Material
from .prompts.messages import others_quoted, repair_messages, specialist_instructions, specialist_messages
from .prompts.texts import load_prompt, version_of
from .reading import mended, read_form, withhold
from .reconciliation.floor import at_least
from .remembering import Known, Remembers

_log = logging.getLogger(__name__)

_REMEMBERED_S = 5.0
"""How long a specialist waits for what is remembered, in seconds; then it answers without."""


def create_specialist(
    name: str,
    *,
    title: str,
    description: str,
    exemplars: Sequence[str],
    instructions: str,
    models: Sequence[BaseChatModel],
    form: type[Analysis] = Analysis,
    tools: Sequence[BaseTool] = (),
    also_called: Sequence[str] = (),
    timeout_s: float = 30.0,
    first_words_s: float = 8.0,
    catalogue: Catalogue | None = None,
    memory: Remembers | None = None,
) -> Specialist:
    """An agent that answers from a chat model.

    Args:
        name: a lower-case word; the key of its analysis.
        title: what it is called in the prompt and by callers, "Chief Technology Officer".
        description: what to ask it about, in one sentence; routers read it.
        exemplars: questions it should get, in each of the callers' languages; the router learns from them.
        instructions: what it judges and how; callers never hear it.
        models: tried in order; a model that fails is replaced by the next, never retried. Let the last be a
            `HandbookModel`, which needs no network.
        form: what it fills in; a subclass of `Analysis` adds fields of its own.
        tools: LangChain tools its models may call before they answer. One that changes nothing says so,
            ``@tool(…)`` with ``metadata={"readOnlyHint": True}``; with any other the agent is not `repeatable`.
        also_called: other titles callers use, in any language.
        timeout_s: longest a model may take for the whole form.
        first_words_s: longest the caller waits for a model's first words before the next model is asked. A
            model that cannot stream has to finish within it.
        catalogue: what is said where a model breaks off in mid-answer; by default what comes with the package.
        memory: what its chat models are told of earlier decisions and of the caller; by default nothing.

    Raises:
        ValueError: the exemplars or other titles are one string; two tools have one name, or one is no tool.
    """
    return Specialist(
        name,
        title,
        description,
        exemplars,
        instructions,
        tuple(models),
        form,
        ToolBelt(several("Tools", tools)),
        also_called,
        Patience(first_words_s, timeout_s),
        catalogue or shipped(),
        memory,
    )


class Specialist(Agent):
    """An `Agent` that answers from a chat model; made by `create_specialist`.

    Attributes:
        repeatable: asking it changes nothing, so it may be asked preemptively and its answer thrown away; so it is,
            unless one of its tools may change something.
    """

    reads_marks = True

    def __init__(
        self,
        name: str,
        title: str,
        description: str,
        exemplars: Sequence[str],
        instructions: str,
        models: Sequence[BaseChatModel],
        form: type[Analysis],
        tools: ToolBelt,
        also_called: Sequence[str],
        patience: Patience,
        catalogue: Catalogue,
        memory: Remembers | None = None,
    ) -> None:
        self.name = name
        self.description = description
        self.exemplars = several("Exemplars", exemplars)
        self.titles = (title, *several("Titles", also_called))
        self.subjects = [
            text for model in models if isinstance(model, HandbookModel) for text in model.texts_of(name)
        ]
        self._instructions = instructions
        self._models = models
        self._form = form
        self._schema = form_schema(form, name)
        self._tools = tools
        self.repeatable = tools.safe
        self._patience = patience
        self._prompt_version = version_of(load_prompt("specialist").text, instructions)
        self._catalogue = catalogue
        self._memory = memory

    async def warm_up(self) -> None:
        """Do once what the first answer would otherwise wait for: embed the handbook, if there is one."""
        for model in self._models:
            await _warm_up(model)

    async def answer(
        self, messages: Sequence[BaseMessage], *, language: str, say: Say | None = None
    ) -> Analysis:
        system = specialist_instructions(
            title=self.titles[0], instructions=self._instructions, language=language
        )
        material = await self._material(messages, language)
        written = specialist_messages(messages, system=system)
        prompt = specialist_messages(
            others_quoted(messages, self.name), system=f"{system}\n{material}".rstrip()
        )
        phrases = self._catalogue.phrases(language)
        call = FormCall(
            self._form,
            self._schema,
            self.name,
            language,
            self._patience,
            self._tools,
            phrases.text("look_up"),
        )
        if any(not isinstance(model, HandbookModel) for model in self._models):
            await asyncio.to_thread(language_of_answers.warm_up, language)

        protected = protected_text(system, self.titles[0], self._schema)

        def guard(acted: bool, judged: Judged) -> GuardedAnswer:
            return GuardedAnswer(language, protected, prompt[-1].text, phrases, acted, judged)

        spoken = Spoken(say, f" {self._catalogue.wording(language).text('start_over')} ")
        failures: list[str] = []
        prose = ""
        for model in self._models:
            own = None if isinstance(model, HandbookModel) else guard
            broke = False
            try:
                last = model is self._models[-1] and not prose
                filled = await self._ask(model, call, prompt if own else written, spoken, own, last=last)
            except ModelError as error:
                failures.append(str(error))
                happened(attributes.MODEL_FAILED, {attributes.REQUEST_MODEL: model_name(model)})
                prose = prose or (error.text if isinstance(error, NoFormError) else "")
                if not (isinstance(error, BrokenOffError) and spoken.said):
                    continue
                # The caller has heard a whole answer; only what comes after it in the form is lost.
                filled, broke = read_form(self._form, error.form, agent=self.name), True
            if own:
                filled = withhold(filled, protected)
            if filled.is_proposal and own:
                if filled.missing and not broke:
                    filled = await self._mended(filled, model, call, prompt, protected)
                filled = await self._floored(filled, call, written)
            return self._told(filled, spoken, failures)
        if prose:
            # Nobody fills in the form, but somebody answers: that is told, and that all the rest is missing.
            spoken.start(lambda: guard(False, "never"))
            spoken.add(prose)
            spoken.finish()
            return self._told(read_form(self._form, {"answer": prose}, agent=self.name), spoken, failures)
        raise ModelError(
            f"Nothing could answer as {self.name}: {' '.join(failures) or 'no model was given.'} "
            "Check the model's address and key, or add a HandbookModel as the last of its models."
        )

    async def _material(self, messages: Sequence[BaseMessage], language: str) -> str:
        """What its chat models are told besides; a handbook alone needs none of it."""
        if all(isinstance(model, HandbookModel) for model in self._models):
            return ""
        passages: list[dict[str, Any]] = []
        for documents in self._models:
            if isinstance(documents, HandbookModel):
                await _warm_up(documents)
                passages += await asyncio.to_thread(
                    documents.excerpts, list(messages), agent=self.name, language=language
                )
        known = await self._known(str(messages[-1].text) if messages else "")
        return Material(
            date.today(), current_call(), open_proposals(messages), known.decided, known.caller, passages
        ).in_words()

    async def _known(self, question: str) -> Known:
        """What is remembered; nothing where that cannot be looked up, as the log says."""
        if not self._memory:
            return Known()
        try:
            async with asyncio.timeout(_REMEMBERED_S):
                return await self._memory.known_to(current_call(), question)
        except Exception as error:  # each store has its own
            _log.warning(
                "%s answers without what is remembered (%s).",
                self.name,
                first_line(error) or type(error).__name__,
            )
            return Known()

    def _told(self, filled: Analysis, spoken: Spoken, failures: Sequence[str]) -> Analysis:
        """The form as it is handed over: with the answer that was said."""
        trace.get_current_span().set_attribute(attributes.WITHHELD, spoken.withheld)
        return filled.model_copy(
            update={
                "agent": self.name,
                "answer": spoken.text,
                "degraded": " ".join(failures),
                "withheld": spoken.withheld,
            }
        )

    async def _mended(
        self,
        filled: Analysis,
        model: BaseChatModel,
        call: FormCall[Analysis],
        prompt: Sequence[BaseMessage],
        protected: Instructions,
    ) -> Analysis:
        """A proposal with what is missing in it asked for once more."""
        ours = {"missing", "degraded", "withheld", "then"}
        told = repair_messages(prompt, filled.model_dump_json(exclude=ours), filled.missing)
        with suppress(ModelError):
            again = await self._ask(model, replace(call, tools=ToolBelt(())), told, Spoken(None), None)
            return withhold(mended(filled, again), protected)
        return filled

    async def _floored(
        self, filled: Analysis, call: FormCall[Analysis], prompt: Sequence[BaseMessage]
    ) -> Analysis:
        """A proposal with nothing in it less than documents say."""
        for documents in self._models:
            if isinstance(documents, HandbookModel):
                with suppress(ModelError):
                    await _warm_up(documents)
                    written = await call.ask(documents, model_label(documents), prompt, Spoken(None), None)
                    filled = at_least(filled, written)
        return filled

    async def _ask(
        self,
        model: BaseChatModel,
        call: FormCall[Analysis],
        prompt: Sequence[BaseMessage],
        spoken: Spoken,
        guard: Guard | None,
        *,
        last: bool = False,
    ) -> Analysis:
        told = {
            attributes.AGENT_NAME: self.name,
            attributes.PROMPT_NAME: "specialist",
            attributes.PROMPT_VERSION: self._prompt_version,
        }
        with asking(model, told) as asked:
            await _warm_up(model)
            return await call.ask(
                model, model_label(model), prompt, spoken, guard, last=last, takes=asked.takes
            )


async def _warm_up(model: BaseChatModel) -> None:
    # A handbook is embedded once per machine, which takes longer than a caller's patience allows a model.
    if isinstance(model, HandbookModel):
        await asyncio.to_thread(model.warm_up)
