"""Answers from a company's handbook: its documents, the search in them, their wording."""
