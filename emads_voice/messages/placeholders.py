"""What a message needs to be told."""

from __future__ import annotations

from dataclasses import dataclass

from fluent.syntax import ast
from fluent.syntax.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Placeholders:
    """The placeholders of a message.

    Attributes:
        known: all that it has.
        shown: those it says, rather than only choosing its wording by them.
    """

    known: frozenset[str]
    shown: frozenset[str]


def placeholders(message: ast.Message | ast.Term) -> Placeholders:
    """Those of a message in any of its wordings."""
    found = _Finder()
    found.visit(message)
    return Placeholders(frozenset(found.shown | found.chosen_by), frozenset(found.shown))


class _Finder(Visitor):
    def __init__(self) -> None:
        self.shown: set[str] = set()
        self.chosen_by: set[str] = set()
        self._choosing = False

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802 - Fluent's own name for it
        (self.chosen_by if self._choosing else self.shown).add(node.id.name)

    def visit_SelectExpression(self, node: ast.SelectExpression) -> None:  # noqa: N802 - likewise
        self._choosing = True
        self.visit(node.selector)
        self._choosing = False
        for variant in node.variants:
            self.visit(variant)
