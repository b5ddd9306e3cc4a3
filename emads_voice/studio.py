"""What ``langgraph.json`` names: the voice graph as the settings describe it, for LangGraph's server and Studio.

The server brings its own checkpointer and refuses a graph that has one. Models load with the first run. Spans go
where the OTEL_* variables say.
"""

import logging

from emads_voice.assembly import assemble
from emads_voice.known_settings import unread
from emads_voice.observability import configure_tracing

for sentence in unread():
    logging.getLogger("emads_voice").warning(sentence)
configure_tracing()
voice = assemble().graph.compile(name="voice")
