"""What ``langgraph.json`` names under ``http.app``: the phone beside the graph, in LangGraph's server.

Whoever answers is found as ``emads-voice serve`` finds them: by EMADS_GRAPH, or as the first graph of the
``langgraph.json`` in the working folder that is not one of ours. Models load as the server starts. Calls are those of
``emads-voice serve``: they run in this process, not through the server's queue, and are kept in the data folder. With
the checkpointer of langgraph_server.py in ``langgraph.json`` each is a thread of the server's, to be opened in Studio.
Spans go where the OTEL_* variables say.
"""

from emads_voice.assembly.assistant import Assistant
from emads_voice.assembly.configured import make_catalogue
from emads_voice.assembly.source import find_source
from emads_voice.known_settings import warn_of_unread
from emads_voice.observability import configure_tracing
from emads_voice.serving.app import application
from emads_voice.settings import load_settings


async def _ready() -> Assistant:
    assistant = await _source.assemble()
    await assistant.warm_up()
    return assistant


warn_of_unread()
configure_tracing()
_source = find_source()
app = application(_ready, make_catalogue(load_settings()), threads=True)
