"""Who answers, by name: a module's attribute, or a graph of ``langgraph.json``. Nothing is imported until it is loaded.

The name is that of the command line's ``--graph``, else of EMADS_GRAPH. Where neither is given, the first graph of a
``langgraph.json`` in the working folder answers that is not one of ours; where there is none, the sample company.
"""

from __future__ import annotations

import importlib
import inspect
import re
import sys
import traceback
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass, replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from langchain_core.runnables import Runnable

from emads_voice.error_text import first_line
from emads_voice.errors import EmadsVoiceError
from emads_voice.settings import Settings, SettingsError, load_settings
from emads_voice.voice.recognizer import Recognizer
from emads_voice.voice.synthesizer import Synthesizer

from .assistant import Assistant, assemble
from .company import sample_company, sample_origin
from .langgraph_json import FILE, read_project
from .opening import Opening

VOICE = "emads_voice.studio:voice"
"""What a ``langgraph.json`` names beside whoever answers: the voice graph around them, for Studio."""

_OURS = "emads_voice."


@dataclass(frozen=True, slots=True)
class Source:
    """Where whoever answers is defined.

    Attributes:
        path: ``my_project.agents:graph``, or ``./my_project/agents.py:graph``; "" for the sample company.
        name: of its agent, where it has none of its own; None if nobody said.
        description: likewise.
        graph_id: what ``langgraph.json`` calls it, and so LangGraph's server; None where it is not from there.
        voice_id: what it calls the voice graph around whoever answers; None where it names none.
    """

    path: str = ""
    name: str | None = None
    description: str | None = None
    graph_id: str | None = None
    voice_id: str | None = None

    async def assemble(
        self,
        settings: Settings | None = None,
        *,
        recognizer: Recognizer | None = None,
        synthesizer: Synthesizer | None = None,
    ) -> Assistant:
        """Import it and put it together with all that the settings name. Close it in the end: :meth:`Assistant.aclose`.

        Args:
            settings: by default those of this process.
            recognizer: in place of the one they name.
            synthesizer: likewise.

        Raises:
            SettingsError: it is not there, fails, or is nothing that can be asked.
            EmadsVoiceError: whatever else :func:`.assistant.assemble` raises.
        """
        settings = settings or load_settings()
        agents, opening = await self._load() if self.path else (sample_company(settings), None)
        try:
            made = self._assembled(agents, settings, recognizer, synthesizer)
        except BaseException:
            if opening:
                await opening.aclose()
            raise
        is_voice_graph = not made.agents
        return replace(
            made,
            origin=self.path or sample_origin(settings),
            graph_id=self.graph_id if is_voice_graph else self.voice_id,
            opening=opening,
        )

    def _assembled(
        self,
        agents: object,
        settings: Settings,
        recognizer: Recognizer | None,
        synthesizer: Synthesizer | None,
    ) -> Assistant:
        try:
            return assemble(
                agents,
                name=self.name,
                description=self.description,
                recognizer=recognizer,
                synthesizer=synthesizer,
                settings=settings,
            )
        except EmadsVoiceError:
            raise
        except ValueError as error:
            raise SettingsError(
                f"{self.path} cannot be asked: {first_line(error)}; name a graph, an agent, or what makes one."
            ) from error

    async def _load(self) -> tuple[object, Opening | None]:
        """What is there, made if a function makes it; and what has to be closed in the end, if it made that."""
        where, _, attribute = self.path.rpartition(":")
        module = _module(where)
        try:
            found = getattr(module, attribute)
        except AttributeError:
            raise SettingsError(f"{where} has no {attribute}: name what is defined in it.") from None
        if not is_factory(found):
            return found, None
        try:
            made = found({"configurable": {}}) if inspect.signature(found).parameters else found()
            if inspect.isawaitable(made):
                made = await made
            if not isinstance(made, AbstractAsyncContextManager | AbstractContextManager):
                return made, None
            opening = Opening(made)
            return await opening.value(), opening
        except Exception as error:  # whatever their code raises
            raise SettingsError(f"{self.path} fails with {_told(error)}: correct it there.") from error


def find_source(named: str | None = None) -> Source:
    """Where the agents of this process are defined. Variables that a ``langgraph.json`` in use names are set.

    Args:
        named: what ``--graph`` names; by default what EMADS_GRAPH does.

    Raises:
        SettingsError: it names nothing, or a setting cannot be used.
    """
    named = load_settings().graph if named is None else named
    if named is not None and not all(map(str.strip, named.rsplit(":", 1))):
        raise SettingsError(f"{named!r} names nobody who could answer: write my_project.agents:graph.")
    folder = Path.cwd()
    project = read_project(folder)
    voice_id = project.name_of(VOICE) if project else None
    if named and ":" in named:
        _import_from([folder])
        return Source(voice_id=voice_id) if named == VOICE else Source(named, voice_id=voice_id)
    if project is None:
        if named:
            written = f"{named}:graph" if "." in named else f"my_project.agents:{named}"
            raise SettingsError(
                f"There is no {FILE} here that could name the graph {named}: write it as {written}."
            )
        return Source()
    project.set_variables(folder)
    _import_from([folder, *project.folders(folder)])
    name = named or project.first_but(_OURS)
    if name is None:
        return Source(voice_id=voice_id)
    graph = project.graph(name)
    if graph.path == VOICE:
        return Source(voice_id=voice_id)
    if ":" not in graph.path:
        raise SettingsError(f"{FILE} says where {name} is as {graph.path}: write ./agents.py:graph.")
    return Source(graph.path, _word(name), graph.description or None, name, voice_id)


def _word(name: str) -> str | None:
    """A graph's name as that of an agent, a lower-case word; None if nothing of it can be one."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).lstrip("_0123456789").rstrip("_") or None


def is_factory(found: object) -> bool:
    """Whether this is a function that makes what is to be asked, as LangGraph's server takes them: ``fn()`` or
    ``fn(config)``, which may be an ``@asynccontextmanager``. Any other function is asked itself."""
    if not inspect.isroutine(found) or isinstance(found, Runnable):
        return False
    parameters = inspect.signature(found).parameters
    return not parameters or list(parameters) == ["config"]


def _import_from(folders: list[Path]) -> None:
    """Let modules be imported from folders, as ``python -m`` does from the working folder."""
    for folder in reversed(folders):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))


def _module(where: str) -> ModuleType:
    """A module by its name or its file.

    Raises:
        SettingsError: there is none, or it fails.
    """
    if where.endswith(".py") or "/" in where or "\\" in where:
        return _imported(where, lambda: _from_file(Path(where)))
    return _imported(where, lambda: importlib.import_module(where))


def _imported(where: str, load: Callable[[], ModuleType]) -> ModuleType:
    try:
        return load()
    except ModuleNotFoundError as error:
        if error.name and f"{where}.".startswith(f"{error.name}."):
            raise SettingsError(
                f"There is no module {error.name}: go to the folder it is in, or install it."
            ) from None
        raise SettingsError(f"{where} fails with {_told(error)}: install it.") from error
    except EmadsVoiceError:
        raise
    except Exception as error:  # whatever their code raises
        raise SettingsError(f"{where} fails with {_told(error)}: correct it there.") from error


def _from_file(path: Path) -> ModuleType:
    """A module from its file, under a name that no installed one has.

    Raises:
        SettingsError: it is no file of Python's.
    """
    name = f"langgraph_json_{path.stem}"
    if path.suffix != ".py" or not path.is_file() or not (spec := spec_from_file_location(name, path)):
        raise SettingsError(f"There is no file {path} of Python: name one, such as ./agents.py:graph.")
    module = module_from_spec(spec)
    sys.modules[name] = module  # before it runs: dataclasses look for their module there
    assert spec.loader
    spec.loader.exec_module(module)
    return module


def _told(error: BaseException) -> str:
    """An error of somebody's module, and the line of it that raised."""
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [
        frame
        for frame in frames
        if not frame.filename.startswith("<")
        and frame.filename not in (__file__, importlib.__file__)
        and "site-packages" not in frame.filename
    ]
    place = f" (line {theirs[-1].lineno} of {Path(theirs[-1].filename).name})" if theirs else ""
    return f"{type(error).__name__}: {first_line(error)}{place}"
