"""What languages are called in English."""

from __future__ import annotations

from functools import cache


@cache
def language_name(code: str) -> str:
    """A language's English name, "Vietnamese" for "vi"; what is no code stays as it is."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code).english_name or code
    except (ValueError, UnknownLocaleError):
        return code
