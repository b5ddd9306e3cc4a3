"""The HTTP process: its routes, and how it is replaced without a call noticing."""
