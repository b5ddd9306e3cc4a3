"""A chat model being asked, as it is traced and measured: its span, the wait for its first token, tokens and money."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from opentelemetry.trace import Span

from emads_voice.observability import attributes, metrics, span


class ModelCall:
    """One chat model, asked once or, where its reply is no use, again."""

    def __init__(self, current: Span, named: dict[str, str]) -> None:
        """Begin, in that span; ``named`` is what its figures are counted by."""
        self._span = current
        self._named = named
        self._began = time.perf_counter()
        self._first = True
        self._tokens = {"input": 0, "output": 0}
        self._cost = 0.0

    def takes(self, piece: object) -> None:
        """The next piece of its reply has come."""
        if self._first:
            self._first = False
            metrics.FIRST_CHUNK.record(time.perf_counter() - self._began, self._named)
        if isinstance(piece, AIMessage):
            if used := piece.usage_metadata:
                self._tokens["input"] += used["input_tokens"]
                self._tokens["output"] += used["output_tokens"]
            # Servers that tell what an answer has cost tell it beside its tokens.
            told = piece.response_metadata.get("token_usage")
            cost = told.get("cost") if isinstance(told, dict) else None
            self._cost += cost if isinstance(cost, int | float) else 0.0

    def over(self) -> None:
        """It has answered, or will not."""
        for kind, count in self._tokens.items():
            if count:
                metrics.TOKENS.record(count, {**self._named, attributes.TOKEN_TYPE: kind})
        if any(self._tokens.values()):
            used = {
                attributes.INPUT_TOKENS: self._tokens["input"],
                attributes.OUTPUT_TOKENS: self._tokens["output"],
            }
            self._span.set_attributes(used)
        if self._cost:
            metrics.COST.add(self._cost, self._named)
            self._span.set_attribute(attributes.COST, self._cost)


@contextmanager
def asking(model: BaseChatModel, told: dict[str, str]) -> Iterator[ModelCall]:
    """The span of a chat model that is asked; yields what is told of its reply.

    Args:
        model: is asked.
        told: more about it.
    """
    name = model_name(model)
    named = {
        attributes.OPERATION: attributes.CHAT,
        attributes.PROVIDER: model._llm_type.removesuffix(
            "-chat"
        ),  # LangChain's own word for who makes the class
        attributes.REQUEST_MODEL: name,
    }
    with span(f"{attributes.CHAT} {name}", {**named, **told}) as current:
        call, began, failed = ModelCall(current, named), time.perf_counter(), ""
        try:
            yield call
        except Exception as error:
            failed = type(error).__qualname__
            raise
        finally:
            call.over()
            outcome = {**named, attributes.ERROR_TYPE: failed} if failed else named
            metrics.OPERATION_DURATION.record(time.perf_counter() - began, outcome)


def model_name(model: BaseChatModel) -> str:
    """A model's own name, "gpt-4o", or its class where it has none."""
    # LangChain has no public attribute for it: of its providers' classes some call it this, some that, a few neither.
    name = getattr(model, "model_name", None) or getattr(model, "model", None)
    return name if isinstance(name, str) and name else type(model).__name__


def model_label(model: BaseChatModel) -> str:
    """How a model is named to people."""
    return f"The model {model_name(model)}"
