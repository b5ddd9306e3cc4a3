"""What a synthesiser is given in the place of written words: figures, signs and abbreviations as a person says them.

Synthesisers read plain words rightly; "1.250.000đ" or "0912345678" each reads in a way of its own. Languages other than
English and Vietnamese pass as they are.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from types import ModuleType

from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language
from emads_voice.voice.text.sentences import MAX_CHARS

from . import english, vietnamese

MAX_READ_CHARS = 2 * MAX_CHARS
"""No sentence is longer; in what is, the readers' patterns might search for very long."""

_log = logging.getLogger(__name__)

_READERS: dict[str, ModuleType] = {ENGLISH.code: english, VIETNAMESE.code: vietnamese}


def read_aloud(words: str, language: Language) -> str:
    """A sentence without markup, as it is said in its language.

    What a reader cannot read is said as it is written: worse to the ear than a figure is silence. The first call loads
    the reader's tables (0.3 s), see :func:`warm_up`; later ones take some 0.2 ms in English and 0.5 in Vietnamese.
    """
    reader = _READERS.get(language.base_code)
    if not reader or len(words) > MAX_READ_CHARS or not any(map(str.isalnum, words)):
        return words
    try:
        said: str = reader.read(words)
    except Exception:
        _log.exception("a sentence of %d characters in %s could not be read", len(words), language.name)
        return words
    return said if any(map(str.isalnum, said)) else words


def formula_aloud(latex: str, language: Language) -> str:
    """A LaTeX formula in words; "" if it cannot be said."""
    reader = _READERS.get(language.base_code)
    if not reader:
        return ""
    try:
        said: str = reader.formula(latex)
    except Exception:
        _log.exception("a formula in %s could not be read", language.name)
        return ""
    return said


def warm_up(languages: Iterable[Language]) -> None:
    """Load what it takes to read these languages; not for the event loop."""
    for code in {language.base_code for language in languages} & _READERS.keys():
        _READERS[code].warm_up()
