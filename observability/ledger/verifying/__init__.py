"""Looks whether a ledger is what was written: every hash, every chain, every signed root."""

from __future__ import annotations

from .notes import read_by_any
from .report import Fault, FaultKind, Report
from .verification import verify

__all__ = ["Fault", "FaultKind", "Report", "read_by_any", "verify"]
