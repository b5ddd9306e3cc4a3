"""Making a specialist of a chat model: one call fills the form and speaks while it is being filled in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, cast

from langchain_core.exceptions import OutputParserException
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from pydantic import ValidationError

from emads_voice.observability import attributes, span

from .agent import Say
from .errors import ModelError
from .forms import Analysis
from .handbook_model import HandbookModel
from .prompts import specialist_messages

# Spoken when a model broke off in mid-answer and the next one starts over; other languages hear English.
_BRIDGES = {"Vietnamese": "... Xin lỗi, tôi xin trả lời lại. "}
_BRIDGE = "... Sorry, let me start again. "


def create_specialist(
    name: str,
    *,
    title: str,
    description: str,
    exemplars: Sequence[str],
    instructions: str,
    models: Sequence[BaseChatModel],
    form: type[Analysis] = Analysis,
    also_called: Sequence[str] = (),
    timeout_s: float = 30.0,
    first_words_s: float = 8.0,
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
        also_called: other titles callers use, in any language.
        timeout_s: longest a model may take for the whole form.
        first_words_s: longest the caller waits for a model's first words before the next model is asked. A
            model that cannot stream has to finish within it.
    """
    return Specialist(
        name,
        title,
        description,
        exemplars,
        instructions,
        tuple(models),
        form,
        also_called,
        timeout_s,
        first_words_s,
    )


class Specialist:
    """An `Agent` that answers from a chat model; made by `create_specialist`.

    Attributes:
        repeatable: asking it changes nothing, so it may be asked ahead of time and its answer thrown away.
    """

    repeatable = True

    def __init__(
        self,
        name: str,
        title: str,
        description: str,
        exemplars: Sequence[str],
        instructions: str,
        models: Sequence[BaseChatModel],
        form: type[Analysis],
        also_called: Sequence[str],
        timeout_s: float,
        first_words_s: float,
    ) -> None:
        self.name = name
        self.description = description
        self.exemplars = tuple(exemplars)
        self.titles = (title, *also_called)
        self._instructions = instructions
        self._models = models
        self._form = form
        self._schema = form_schema(form, name)
        self._timeout_s = timeout_s
        self._first_words_s = first_words_s

    async def warm_up(self) -> None:
        """Do once what the first answer would otherwise wait for: embed the handbook, if there is one."""
        for model in self._models:
            await _warm_up(model)

    async def answer(
        self, messages: Sequence[BaseMessage], *, language: str, say: Say | None = None
    ) -> Analysis:
        prompt = specialist_messages(
            messages, title=self.titles[0], instructions=self._instructions, language=language
        )
        spoken = _Spoken(say)
        failures: list[str] = []
        for model in self._models:
            spoken.start(_BRIDGES.get(language, _BRIDGE))
            try:
                filled = await self._ask(model, prompt, spoken)
            except ModelError as error:
                failures.append(str(error))
                if not spoken.over:
                    continue
                # The caller has heard a whole answer; only the form behind it is lost.
                filled = self._form.model_validate(
                    {"answer": spoken.answer, "agent": self.name, "confidence": 0}
                )
            spoken.finish(filled.answer)
            return filled.model_copy(
                update={"agent": self.name, "answer": spoken.text, "degraded": " ".join(failures)}
            )
        raise ModelError(
            f"Nothing could answer as {self.name}: {' '.join(failures) or 'no model was given.'} "
            "Check the model's address and key, or add a HandbookModel as the last of its models."
        )

    async def _ask(self, model: BaseChatModel, prompt: list[BaseMessage], spoken: _Spoken) -> Analysis:
        named = {
            attributes.OPERATION: attributes.CHAT,
            attributes.AGENT_NAME: self.name,
            attributes.REQUEST_MODEL: model_name(model),
        }
        with span(f"{attributes.CHAT} {model_name(model)}", named):
            return await self._call(model, prompt, spoken)

    async def _call(self, model: BaseChatModel, prompt: list[BaseMessage], spoken: _Spoken) -> Analysis:
        """The one place where a model is called.

        Raises:
            ModelError: it failed, took too long or answered nonsense; one sentence naming the model.
        """
        label = model_label(model)
        await _warm_up(model)
        latest: dict[str, Any] = {}
        try:
            async with asyncio.timeout(self._first_words_s) as deadline:
                ends = asyncio.get_running_loop().time() + self._timeout_s
                async with aclosing(self._stream(model, prompt)) as partials:
                    async for latest in partials:
                        over = bool(latest) and next(reversed(latest)) != "answer"  # the next field has begun
                        if spoken.grow(latest.get("answer"), over=over):
                            deadline.reschedule(ends)
            filled = self._form.model_validate({**latest, "agent": self.name, "degraded": ""})
        except TimeoutError:
            waited = "finish" if spoken.growing else "start answering"
            seconds = self._timeout_s if spoken.growing else self._first_words_s
            raise ModelError(f"{label} did not {waited} within {seconds:g} seconds.") from None
        except (OutputParserException, ValidationError, TypeError, AttributeError):
            raise ModelError(f"{label} did not fill in the form it was given.") from None
        except Exception as error:
            # Providers raise what they like; the kind of error is told, its text may hold keys or addresses.
            raise ModelError(f"{label} failed ({type(error).__name__}).") from error
        if not spoken.continues(filled.answer):
            raise ModelError(f"{label} gave no answer, or took back what it had said.")
        return filled

    def _stream(
        self, model: BaseChatModel, prompt: list[BaseMessage]
    ) -> AsyncGenerator[dict[str, Any], None]:
        structured = model.with_structured_output(self._schema)
        return cast(AsyncGenerator[dict[str, Any], None], structured.astream(prompt))


async def _warm_up(model: BaseChatModel) -> None:
    # A handbook is embedded once per machine, which takes longer than a caller's patience allows a model.
    if isinstance(model, HandbookModel):
        await asyncio.to_thread(model.warm_up)


class _Spoken:
    """What has been said so far, and the growth of the answer being generated."""

    def __init__(self, say: Say | None) -> None:
        self._say = say
        self._before = ""  # said for models that failed, with the words that join
        self.answer = ""  # said of the present model's answer
        self.growing = False  # whether the present model has begun to answer
        self.over = False  # whether it has told that its answer is over

    @property
    def text(self) -> str:
        return self._before + self.answer

    def start(self, bridge: str) -> None:
        """Another model begins; ``bridge`` is said if the one before it was cut off."""
        if self.answer and self._say:
            self._say(bridge)
            self._before = self.text + bridge
        self.answer = ""
        self.growing = False
        self.over = False

    def grow(self, answer: object, *, over: bool = False) -> bool:
        """Say what is new, until it is over up to the last whole word: a partial one or escape may still change."""
        if not isinstance(answer, str) or not answer.strip():
            return False
        self.growing = True
        whole = answer if over else answer[: max(answer.rfind(" "), answer.rfind("\n")) + 1]
        if self._say and not self.over and whole.startswith(self.answer):
            if said := whole[len(self.answer) :]:
                self._say(said)
                self.answer = whole
            if over:
                self._say("\n")
                self.over = True
        return True

    def continues(self, answer: str) -> bool:
        """Whether a whole answer is one, and begins with what was said of it."""
        return bool(answer.strip()) and answer.startswith(self.answer)

    def finish(self, answer: str) -> None:
        """Say the rest of a whole answer."""
        if self._say and len(answer) > len(self.answer):
            self._say(answer[len(self.answer) :])
        self.answer = answer


def form_schema(form: type[Analysis], name: str) -> dict[str, Any]:
    """The JSON schema a model is given: without the fields it must not fill, the agent's name fixed."""
    schema = form.model_json_schema()
    properties = {key: value for key, value in schema["properties"].items() if key != "degraded"}
    properties["agent"] = {"const": name, "type": "string", "description": "who answers"}
    # Not every provider reads a schema's title; it names the tool, which must be there.
    return {
        **schema,
        "title": form.__name__,
        "description": (form.__doc__ or "").strip(),
        "properties": properties,
        "required": list(properties),
    }


def model_name(model: BaseChatModel) -> str:
    """A model's own name, "gpt-4o", or its class where it has none."""
    name = getattr(model, "model_name", None) or getattr(model, "model", None)
    return name if isinstance(name, str) and name else type(model).__name__


def model_label(model: BaseChatModel) -> str:
    """How a model is named to people."""
    return f"The model {model_name(model)}"
