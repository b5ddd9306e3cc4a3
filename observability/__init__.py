"""Spans, attribute names, the audit log, redaction."""
