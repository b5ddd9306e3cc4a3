"""Let Markdown render what docstrings say with roles: :class:`Mouth`, :meth:`.recognizer.Recognizer.transcribe`.

A role becomes the name in code, linked where the reference has the object. A dotted role that names nothing in the
package is a warning, and so an error of the strict build.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from html import escape
from logging import getLogger
from typing import Any

import griffe

_ROLE = re.compile(r":(?:attr|class|data|func|meth|mod):`(?P<short>~?)(?P<name>[\w.]+)`")
_LOG = getLogger("mkdocs.plugins.roles")


class Roles(griffe.Extension):
    """Rewrites every docstring of a package once it is loaded."""

    def on_package(self, *, pkg: griffe.Module, loader: griffe.GriffeLoader, **kwargs: Any) -> None:
        del loader, kwargs
        everything = list(_all_of(pkg))
        paths = {each.path for each in everything}
        for each in everything:
            if isinstance(each, griffe.Object) and each.docstring:
                each.docstring.value = _ROLE.sub(partial(_linked, each, paths), each.docstring.value)


def _all_of(parent: griffe.Object | griffe.Alias) -> Iterator[griffe.Object | griffe.Alias]:
    """An object and all in it; of what it imports, the names alone."""
    yield parent
    if isinstance(parent, griffe.Object):
        for member in parent.members.values():
            yield from _all_of(member)


def _linked(where: griffe.Object, paths: set[str], role: re.Match[str]) -> str:
    name = role["name"].lstrip(".")
    shown = escape(name.rpartition(".")[2] if role["short"] else name)
    found = _found(name, where, paths)
    if not found and (role["name"].startswith(".") or name.startswith("emads_voice.")):
        _LOG.warning("%s: %s names nothing in the package.", where.path, role[0])
    code = f"<code>{shown}</code>"
    return f'<autoref identifier="{found[0]}" optional>{code}</autoref>' if len(found) == 1 else code


def _found(name: str, where: griffe.Object, paths: set[str]) -> list[str]:
    """What may be meant by a name: what is called so in the object or around it, else all whose paths end so."""
    scope: griffe.Object | None = where
    while scope:
        if f"{scope.path}.{name}" in paths:
            return [f"{scope.path}.{name}"]
        scope = scope.parent
    return [path for path in paths if path == name or path.endswith(f".{name}")]
