"""Suites of questions put to the assembled product: what should come of each, and what did."""
