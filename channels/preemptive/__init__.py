"""Answers that are generated before the end of a caller's turn is certain."""
