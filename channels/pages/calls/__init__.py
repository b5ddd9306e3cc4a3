"""The pages at ``/calls``: what was heard, said and decided in each call, as the audit ledger has it."""

from .file import call_file
from .routes import PATH, calls_pages
from .waveform import read_waveform

__all__ = ["PATH", "call_file", "calls_pages", "read_waveform"]
