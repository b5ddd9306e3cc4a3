"""Fakes, scripted and deterministic, for this project's tests and for yours."""
