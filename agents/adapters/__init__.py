"""Agents of others: a LangGraph graph, a chat model, a chain or a function, asked as one of ours."""
