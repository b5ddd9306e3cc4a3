"""What ``langgraph.json`` names, for LangGraph's server and Studio: who answers by voice, decisions, meetings, calls.

The server brings its own checkpointer and refuses a graph that has one. Models load with the first run. Spans go
where the OTEL_* variables say.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from emads_voice.assembly.decisions import make_decision_graph
from emads_voice.assembly.meetings import make_meeting_graph
from emads_voice.assembly.quality import make_quality_graph
from emads_voice.assembly.source import find_source
from emads_voice.known_settings import warn_of_unread
from emads_voice.observability import configure_tracing
from emads_voice.settings import SettingsError

warn_of_unread()
configure_tracing()
with ThreadPoolExecutor(1) as _aside:  # the server may import this where an event loop runs already
    _assistant = _aside.submit(asyncio.run, find_source().assemble()).result()
if _assistant.opening:
    raise SettingsError(
        "EMADS_GRAPH names a context manager, which is open for a while only, and LangGraph's server keeps a graph for "
        "good: name a graph, or a function that makes one."
    )
voice = _assistant.graph.compile(name="voice")
decision = make_decision_graph(_assistant.settings, _assistant.agents, _assistant.catalogue).compile(
    name="decision"
)
meeting = make_meeting_graph(
    _assistant.settings, recognizer=_assistant.recognizer, catalogue=_assistant.catalogue
).compile(name="meeting")
quality = make_quality_graph(
    _assistant.settings, recognizer=_assistant.recognizer, catalogue=_assistant.catalogue
).compile(name="quality")
