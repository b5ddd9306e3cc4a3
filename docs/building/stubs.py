"""Let the reference show the public names of a package, which stand in its stub alone."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import griffe


class PublicNames(griffe.Extension):
    """Takes what ``__init__.pyi`` imports for what the package exports, as ``lazy_loader`` does at run time."""

    def on_package(self, *, pkg: griffe.Module, loader: griffe.GriffeLoader, **kwargs: Any) -> None:
        del loader, kwargs
        _export(pkg)


def _export(module: griffe.Module) -> None:
    if isinstance(module.filepath, Path) and (stub := module.filepath.with_suffix(".pyi")).exists():
        imports = (
            node for node in ast.parse(stub.read_text("utf-8")).body if isinstance(node, ast.ImportFrom)
        )
        module.exports = [alias.name for node in imports for alias in node.names]
    for member in module.members.values():
        if isinstance(member, griffe.Module):
            _export(member)
