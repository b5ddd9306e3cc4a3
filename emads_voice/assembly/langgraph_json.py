"""``langgraph.json``: which graphs a project has, as LangGraph's own server reads it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from emads_voice.error_text import reason_of
from emads_voice.settings import SettingsError

FILE = "langgraph.json"


class NamedGraph(BaseModel):
    """A graph of a project.

    Attributes:
        path: ``./my_project/agents.py:graph`` or ``my_project.agents:graph``.
        description: what it is for; "" if that is not said.
    """

    model_config = ConfigDict(extra="ignore")

    path: str
    description: str = ""


class Project(BaseModel):
    """What we read of a ``langgraph.json``; the rest is LangGraph's.

    Attributes:
        graphs: by name, in the order of the file.
        dependencies: packages, and folders that modules are imported from.
        env: a file of variables, or the variables.
    """

    model_config = ConfigDict(extra="ignore")

    graphs: dict[str, NamedGraph | str] = Field(min_length=1)
    dependencies: list[str] = []
    env: dict[str, str] | str = {}

    def graph(self, name: str) -> NamedGraph:
        """A graph by its name.

        Raises:
            SettingsError: there is none of that name.
        """
        if name not in self.graphs:
            raise SettingsError(f"{FILE} has no graph named {name}: name one of {', '.join(self.graphs)}.")
        found = self.graphs[name]
        return NamedGraph(path=found) if isinstance(found, str) else found

    def name_of(self, path: str) -> str | None:
        """What a graph is called, by where it is defined; None if it is not named."""
        return next((name for name in self.graphs if self.graph(name).path == path), None)

    def first_but(self, prefix: str) -> str | None:
        """The name of the first graph whose path does not begin so; None if there is none."""
        return next((name for name in self.graphs if not self.graph(name).path.startswith(prefix)), None)

    def folders(self, folder: Path) -> list[Path]:
        """The folders among the dependencies, of a file in this folder."""
        return [path for each in self.dependencies if (path := (folder / each).resolve()).is_dir()]

    def set_variables(self, folder: Path) -> None:
        """Set the variables it names in this process's environment, as far as they are not set there."""
        named: Mapping[str, str | None] = (
            dotenv_values(folder / self.env) if isinstance(self.env, str) else self.env
        )
        for name, value in named.items():
            if value is not None:
                os.environ.setdefault(name, value)


def read_project(folder: Path) -> Project | None:
    """The project in a folder; None if it has no ``langgraph.json``.

    Raises:
        SettingsError: the file cannot be used.
    """
    path = folder / FILE
    if not path.exists():
        return None
    try:
        found: Any = json.loads(path.read_text("utf-8-sig"))
        return Project.model_validate(found)
    except OSError as error:
        raise SettingsError(f"{FILE} cannot be read: {reason_of(error)}; let this user read it.") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        raise SettingsError(
            f'{FILE} cannot be used: {place}: {first["msg"]}; write {{"graphs": {{"agent": "./agents.py:graph"}}}}.'
        ) from None
    except ValueError as error:  # neither UTF-8 nor JSON
        raise SettingsError(f"{FILE} cannot be used: {error}; write it as JSON.") from None
