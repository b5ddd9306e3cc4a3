"""The conversation as a LangGraph."""
