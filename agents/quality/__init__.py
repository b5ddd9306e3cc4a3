"""Recorded calls judged by a scorecard: who did what, on which words, what it comes to, and what to learn from it."""
