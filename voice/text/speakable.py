"""Text made fit to be spoken: what Markdown, web addresses and emoji mean to the eye is not read aloud."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_MARKUP = re.compile(r"[*_`#<>|~\\&\[]|^\s*[-+=]|\n", re.MULTILINE)
"""Without any of these a text is plain, and the parser (a 60 ms import) is not needed."""

_URL = re.compile(
    r"\b(?:https?|ftp)://(?:[^\s/@]*@)?(?:www\.)?([^\s/?#:<>]+[^\s/?#:<>.,;!])"  # the host is kept,
    r"[^\s<>]*?(?=[.,;:!?)\]}\"'”’»]*(?:\s|$))"  # and the punctuation that ends the sentence
)
# A sentence cut out of marked-up text keeps halves of marks. Inside a word (snake_case) there are none.
_HALF_MARK = re.compile(
    r"[*~]{2,}|`+|(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)|(?<!\S)\*(?=\S)|(?<=\S)\*(?=[\s.,;:!?]|$)"
)
_BEFORE_MARK = re.compile(r"\s+([,.;!?…]|(?<!\d\s):)(?=\s|$)")  # but "10 : 2" is a division
_MORE_THAN = re.compile(r"^([^\S\n]*)>(?=[\d$€£])", re.MULTILINE)  # no quotation
_KEYS = re.compile(r"(?<![\w*#])\*(?:[\d*]{0,20}\d#|#\d{1,20}#)(?![\w*])")  # "*100#" is dialled, no emphasis
_DATA = re.compile(r"""[{\[]\s*["'](?=[\w])|"\s*:\s*(?:["\d\[{-]|true|false|null)""")
"""An answer that is data for a program: '{"status": "open"}'."""
_KEY = re.compile(r"""["']([^"'{}\[\]]{1,60})["']\s*:\s*""")
_ANSWER_KEYS = frozenset(
    ("answer", "response", "reply", "text", "message", "output", "result", "content", "final_answer")
)
"""What they name is all that is said."""
_DATA_SIGNS = re.compile(r"""(?<!\w)["']|["'](?!\w)|[{}\[\]]""")
_DATA_ENDS = re.compile(r"""["']\s*[}\]]+[\s}\],]*$""")
"""The end of data in whose middle a sentence began."""


def speakable(text: str) -> str:
    """Plain words on one line: "" if there is nothing to say.

    Markdown marks go and what they enclose stays, but for blocks of code, which are left out. A link is its
    text, a bare web address its host; emoji and other pictures are dropped. Paragraphs, headings and list
    items become sentences. Works on a whole answer and on one sentence of it.
    """
    if _DATA.search(text):
        text = _of_data(text)
    elif _DATA_ENDS.search(text):
        text = _DATA_ENDS.sub("", text)
    if _MARKUP.search(text):
        text = _KEYS.sub(lambda match: match[0].replace("*", "∗"), text)
        text = _plain(_MORE_THAN.sub(r"\1\\>", text))
        text = _HALF_MARK.sub("", text).strip("| ").replace("|", ",")
    text = _URL.sub(r"\1", text)
    text = "".join(char for char in text if not _is_picture(char))
    text = _BEFORE_MARK.sub(r"\1", " ".join(text.split()))
    return text if any(char.isalnum() for char in text) else ""


def _of_data(text: str) -> str:
    """What data say, without the signs in which they are written."""
    text = text.replace('\\"', "").replace("\\n", " ")
    text = _KEY.sub(
        lambda key: "" if key[1].casefold() in _ANSWER_KEYS else f"{key[1].replace('_', ' ')}: ", text
    )
    text = _DATA_SIGNS.sub("", re.sub(r"[}\]]\s*,\s*(?=[{\[])", "; ", text))
    return re.sub(r"(?<=[.!?…]),", "", text).strip()


def _is_picture(char: str) -> bool:
    if "\U0001f3fb" <= char <= "\U0001f3ff" or char in "\u200d\ufe0e\ufe0f\u20e3":  # skin tones, joiners
        return True
    # Signs such as ° © ™ № ℃ ㎡ are words; arrows, dingbats, shapes and emoji are not.
    return char >= "\u2190" and unicodedata.category(char) == "So" and not "\u3200" <= char <= "\u33ff"


def _plain(text: str) -> str:
    blocks: list[str] = []
    number = ""
    for token in _parser().parse(text):
        if token.type == "list_item_open":
            number = f"{token.info}. " if token.info else ""
        elif token.type == "inline":
            blocks.append(number + "".join(map(_words, token.children or [])).strip())
            number = ""
    return " ".join(_as_sentence(block) for block in blocks[:-1] if block) + " " + "".join(blocks[-1:])


def _as_sentence(block: str) -> str:
    return block + "." if block[-1].isalnum() or block[-1] in ")\"'”’" else block


def _words(token: Token) -> str:
    # An image's content is its description.
    if token.type in ("text", "code_inline", "text_special", "image"):
        return token.content
    return " " if token.type in ("softbreak", "hardbreak", "html_inline") else ""


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # A sentence cut out of its text may be indented or look like a definition, and is read all the same.
    return (
        MarkdownIt("commonmark")
        .enable(["table", "strikethrough"])
        .disable(["code", "html_block", "reference"])
    )
