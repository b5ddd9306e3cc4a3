"""A voice for LangGraph multi-agent systems."""
