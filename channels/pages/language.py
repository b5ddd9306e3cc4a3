"""In which language a page is written: the first of the browser's that its words are there in."""

from __future__ import annotations

from collections.abc import Callable

from babel.core import negotiate_locale
from starlette.requests import Request

from emads_voice.messages import Catalogue
from emads_voice.messages.formatting import Messages


def page_language(request: Request, catalogue: Catalogue, words: Callable[[str], Messages]) -> Messages:
    """The words of a page, in English where none of the browser's languages has them.

    Args:
        request: names the languages.
        catalogue: has the words.
        words: those of the page in a language or else in English, ``catalogue.calls``.
    """
    wanted = [
        part.split(";")[0].strip() for part in request.headers.get("accept-language", "")[:500].split(",")
    ]
    for each in wanted:
        code = negotiate_locale([each], catalogue.codes, sep="-") or each.split("-")[0]
        said = words(code)
        if said.code == code:
            return said
    return catalogue.english
