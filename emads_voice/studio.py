"""What ``langgraph.json`` names: the voice graph as the settings describe it, for LangGraph's server and Studio.

The server brings its own checkpointer and refuses a graph that has one. Models load with the first run.
"""

from emads_voice.assembly import assemble

voice = assemble().graph.compile(name="voice")
