"""Asking one chat model for a form: the call, and each way in which it can go wrong as an outcome of its own.

A reply that is no form is asked for once more, if nothing of it was said. A refusal, silence, an answer broken off in
its middle or one in another language are a `ModelError`, after which the next model is asked. A form that is cut off
behind its answer counts, with what it lost listed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.runnables import Runnable, RunnableSequence

from emads_voice.agents.errors import AgentError, ModelError
from emads_voice.agents.forms import Analysis
from emads_voice.agents.guards.answer import GuardedAnswer, Judged, OtherLanguageError
from emads_voice.agents.prompts.texts import load_prompt
from emads_voice.agents.reading import FormError, read_form

from .reply import Reply
from .spoken import Spoken
from .tools import MAX_ROUNDS, ToolBelt

A = TypeVar("A", bound=Analysis)
Guard = Callable[[bool, Judged], GuardedAnswer]
"""Makes what judges an answer, told whether a tool has done something and when its language is judged."""

LOOK_UP_AFTER_S = 1.5
"""How long a caller hears nothing while something is looked up before they are told so."""
_QUOTED_CHARS = 4_000


class NoFormError(ModelError):
    """A model said something, twice, but filled in no form.

    Attributes:
        text: what it said.
    """

    def __init__(self, message: str, text: str) -> None:
        super().__init__(message)
        self.text = text


class BrokenOffError(ModelError):
    """A model told all of its answer, and then failed.

    Attributes:
        form: what it had written of the form by then.
    """

    def __init__(self, message: str, form: str | dict[str, Any]) -> None:
        super().__init__(message)
        self.form = form


class _AskAgainError(AgentError):
    """A reply that cannot be used and of which nothing was said."""

    def __init__(self, fault: str, reply: str, reason: ModelError) -> None:
        super().__init__(fault)
        self.fault, self.reply, self.reason = fault, reply, reason


@dataclass(frozen=True)
class Patience:
    """How long a model may take, in seconds: for its first words, and for the whole form."""

    first_words_s: float
    whole_s: float


@dataclass(frozen=True)
class FormCall(Generic[A]):
    """What is asked of any model.

    Attributes:
        form: what is filled in.
        schema: the same as a model is told it.
        agent: who answers.
        language: the caller's, by its English name.
        patience: how long it may take.
        tools: what the model may call before.
        look_up: what is said where that takes a while.
    """

    form: type[A]
    schema: dict[str, Any]
    agent: str
    language: str
    patience: Patience
    tools: ToolBelt
    look_up: str = ""

    async def ask(
        self,
        model: BaseChatModel,
        label: str,
        messages: Sequence[BaseMessage],
        spoken: Spoken,
        guard: Guard | None,
        *,
        last: bool = False,
        takes: Callable[[object], None] = lambda _: None,
    ) -> A:
        """What a model fills in; its answer is said meanwhile.

        Args:
            model: which one.
            label: how it is named to people.
            messages: what it is asked.
            spoken: says the answer.
            guard: makes what judges it; None: it needs no guard.
            takes: told of each piece of its reply, as it comes.
            last: nobody is asked after it, so that its answer counts in whichever language it insists on.

        Raises:
            ModelError: it failed, took too long or answered nonsense; one sentence naming the model.
        """
        told = list(messages)
        judged: Judged = "first" if last else "always"
        run = _Run(self, model, label, spoken, guard, judged, takes)
        try:
            async with asyncio.timeout(self.patience.first_words_s) as run.deadline:
                try:
                    return await run.answer(told)
                except _AskAgainError as fault:
                    again = load_prompt("again").text.format(fault=fault.fault, language=self.language)
                    quoted = [AIMessage(fault.reply[:_QUOTED_CHARS])] if fault.reply.strip() else []
                    run.judged = "never" if last else "always"
                    try:
                        return await run.answer([*told, *quoted, HumanMessage(again)])
                    except _AskAgainError as twice:
                        raise twice.reason from None
        except TimeoutError:
            waited = "finish" if spoken.begun else "start answering"
            seconds = self.patience.whole_s if spoken.begun else self.patience.first_words_s
            late = f"{label} did not {waited} within {seconds:g} seconds."
            if spoken.over:
                raise BrokenOffError(late, run.reply.form) from None
            raise ModelError(late) from None


@dataclass
class _Run(Generic[A]):
    """One model being asked."""

    call: FormCall[A]
    model: BaseChatModel
    label: str
    spoken: Spoken
    guard: Guard | None
    judged: Judged
    takes: Callable[[object], None]
    acted: bool = False
    deadline: asyncio.Timeout = field(init=False)

    def __post_init__(self) -> None:
        self.reply = Reply()
        self._ends = asyncio.get_running_loop().time() + self.call.patience.whole_s

    async def answer(self, messages: list[BaseMessage]) -> A:
        for rounds_left in range(MAX_ROUNDS, -1, -1):
            reply = await self._reply(messages, tools=rounds_left > 0)
            calls = reply.tool_calls
            if not calls or reply.form:
                return self._form(reply)
            self.deadline.reschedule(self._ends)
            self.acted = self.acted or self.call.tools.acts(calls)
            results = await self._looked_up(calls)
            messages = [*messages, AIMessage(reply.text, tool_calls=calls), *results]
        raise ModelError(f"{self.label} goes on calling tools and does not answer: give it fewer.")

    async def _looked_up(self, calls: list[Any]) -> list[BaseMessage]:
        work = asyncio.ensure_future(self.call.tools.run(calls))
        try:
            done, _ = await asyncio.wait([work], timeout=LOOK_UP_AFTER_S)
            if not done and self.call.look_up:
                self.spoken.of_ours(f"{self.call.look_up} ")
            return list(await work)
        finally:
            work.cancel()

    async def _reply(self, messages: list[BaseMessage], *, tools: bool) -> Reply:
        """One reply, read to its end; its answer is said meanwhile."""
        guard = self.guard
        self.spoken.start((lambda: guard(self.acted, self.judged)) if guard else None)
        self.reply = reply = Reply(self.call.tools.names, self.call.form.__name__)
        try:
            async with aclosing(self._stream(messages, tools=tools)) as pieces:
                async for piece in pieces:
                    self.takes(piece)
                    new = reply.add(piece)
                    self.spoken.add(new)
                    if reply.answer_over and reply.answer.strip():
                        self.spoken.finish()
                    if new.strip():
                        self.deadline.reschedule(self._ends)
                    if reply.cut:
                        break
        except OtherLanguageError as error:
            raise self._other_language(error, reply) from None
        except (TimeoutError, asyncio.CancelledError):
            raise
        except Exception as error:
            if not reply.cut:
                # Providers raise what they like; the kind of error is told, its text may hold keys or addresses.
                kind = type(error).__name__
                if "Refusal" in kind or "ContentFilter" in kind:
                    raise ModelError(f"{self.label} refused to answer: ask in other words.") from error
                if "LengthFinish" not in kind:
                    failed = f"{self.label} failed ({kind})."
                    if self.spoken.over:
                        raise BrokenOffError(failed, reply.form) from error
                    raise ModelError(failed) from error
                reply.cut = True
        return reply

    def _stream(self, messages: list[BaseMessage], *, tools: bool) -> AsyncGenerator[object, None]:
        bound: Runnable[Any, Any]
        if self.call.tools and self.guard:
            offered = [self.call.schema, *(self.call.tools if tools else ())]
            bound = self.model.bind_tools(offered, tool_choice="any")
        else:
            structured = self.model.with_structured_output(self.call.schema)
            # The reply is read here, each character once; what parses it would read all of it again at every piece.
            bound = structured.first if isinstance(structured, RunnableSequence) else structured
        return cast(AsyncGenerator[object, None], bound.astream(messages))

    def _form(self, reply: Reply) -> A:
        """What a whole reply holds."""
        label, written = self.label, reply.form
        if reply.refused:
            raise ModelError(f"{label} refused to answer: ask in other words.")
        if not written:
            none = f"{label} did not fill in the form it was given: name another."
            if not reply.text:
                raise ModelError(none)
            raise _AskAgainError("it is no form", reply.text, NoFormError(none, reply.text))
        if reply.answer.strip() and not reply.answer_over and not self.spoken.full:
            raise ModelError(f"{label} broke off in the middle of its answer: raise the tokens it may write.")
        try:
            filled = read_form(self.call.form, written, agent=self.call.agent)
            self.spoken.add("" if self.spoken.begun else filled.answer)
            self.spoken.finish()
        except OtherLanguageError as error:
            raise self._other_language(error, reply) from None
        except (FormError, TypeError, AttributeError):
            failed = ModelError(f"{label} did not fill in the form it was given: name another.")
            if self.spoken.said:
                raise BrokenOffError(str(failed), {"answer": reply.answer}) from None
            raise _AskAgainError("it could not be read as the form", str(written), failed) from None
        if not filled.answer.strip():
            raise ModelError(f"{label} gave no answer: name another model.")
        return filled

    def _other_language(self, error: OtherLanguageError, reply: Reply) -> Exception:
        wrong = ModelError(
            f"{self.label} answered in {error.answered} instead of {self.call.language}: name another model."
        )
        if self.spoken.said:
            return wrong
        return _AskAgainError(f"it is in {error.answered}", reply.answer, wrong)
