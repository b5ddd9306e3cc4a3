"""Agents on the telephone: as a server of its own, or as an application for another's."""
