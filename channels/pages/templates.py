"""The templates and styles of a room of pages. Whatever is put into a template is text in it, and never markup."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined


def text_of(package: str, name: str) -> str:
    """A file of a package, by the package's name."""
    return files(package).joinpath(name).read_text(encoding="utf-8")


def templates(package: str, **filters: Callable[..., object]) -> Environment:
    """The templates of a package, with filters of its own."""
    environment = Environment(
        loader=FunctionLoader(partial(text_of, package)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= filters
    return environment
