"""What an answer holds for the eye alone, taken out while it is being written and before its sentences are cut.

A language model writes Markdown, HTML, formulas, citations, its own reasoning. Some of it goes over several sentences
(a block of code), or holds what looks like the end of one (a web address), so it cannot be judged sentence by sentence.
:class:`MarkupStream` reads the text character by character and holds back what may become a mark until it is certain
what it is. What was decided never depends on the pieces in which the text came.

What goes no further than a word (emphasis, escapes, pictures) is left to :mod:`.speakable`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

_REASONING = ("think", "thinking", "thought", "thoughts", "reasoning", "reflection", "analysis", "scratchpad")
_UNSPOKEN = (*_REASONING, "tool_call", "tool_calls", "function_call", "tool_response", "script", "style")
_BREAKING = ("br", "p", "div", "li", "ul", "ol", "dl", "dt", "dd", "tr", "table", "blockquote", "pre", "hr", "section",
             "article", "header", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "details", "summary")  # fmt: skip
_INLINE = ("a", "abbr", "b", "big", "body", "center", "cite", "code", "del", "em", "font", "head", "html", "i", "img",
           "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tbody",
           "td", "th", "thead", "time", "tt", "u", "var", "answer", "final", "output", "response", "speak",
           "cite_start", "source")  # fmt: skip
_TAGS = frozenset((*_UNSPOKEN, *_BREAKING, *_INLINE))

_SHORT, _LONG = 300, 2000
"""Characters after which something begun and not closed is taken for plain text: of a line, of an address."""

_CITATION = re.compile(
    r"\^[\w-]+|\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*|.*†.*|citation needed|(?:source|ref|doc|nguồn)s?[ .:#]*\d+",
    re.I,
)
_KEY = re.compile(r"(?:press|key|keys|push|dial|option|type|bấm|nhấn|phím|chọn|số)\s*$", re.I)
_BULLET = re.compile(r"[-*+•–—·▪●◦‣○■□➤►✓✔✅☑]\s")
_NUMBERED = re.compile(r"\d{1,3}[.)]\s")
_HEADING = re.compile(r"#{1,6}\s")
_RULE = re.compile(r"(?:-{3,}|={3,}|\*{3,}|_{3,})[ \t]*\n")
_SEPARATOR = re.compile(r"[\s|:+-]*-[\s|:+-]*")
_ADDRESS = ("http://", "https://", "ftp://", "www.")
_AFTER_ADDRESS = ".,;:!?)]}'\"”’»*_…"
_HOST = re.compile(r"(?:\w+://)?(?:[^\s/@]*@)?(?:www\.)?([^\s/?#:<>]+)", re.I)
_MONEY = re.compile(r"\$\d[\d.,]*(?:[^\W\d_]{0,2}[.,;:!?)/%–-]?\s+[^\s+=*/^<>\\-]|[^\W\d_]{3}|[)/%–-])")


class Span(NamedTuple):
    """A stretch of an answer and what is to be said of it.

    Attributes:
        source: as it stands in the answer.
        said: what remains of it for the ear, "" if that is nothing.
        block: it stands on its own (a block of code, reasoning): what was said before it is over.
    """

    source: str
    said: str
    block: bool = False


Formula = Callable[[str], str]
"""Words for a LaTeX formula, without the marks around it; "" if it cannot be said."""


class MarkupStream:
    """Reads one answer. The sources of its spans joined are the text, to the character."""

    def __init__(self, formula: Formula = lambda _: "") -> None:
        """Begin a text; ``formula`` puts LaTeX into words."""
        self._formula = formula
        self._held = ""
        self._closer: re.Pattern[str] | None = None  # what ends the block we are in,
        self._opener = 0  # and how many of the held characters began it
        self._line = (
            ""  # of the current line, what was read of it; its last characters alone where it is long
        )
        self._item = False  # whether the line is a heading or an item of a list
        self._said = ""  # the last character said of it
        self._final = False

    def push(self, text: str) -> list[Span]:
        """Take the next characters; return the spans that are certain."""
        spans: list[Span] = []
        for char in text:
            self._held += char
            spans += self._read()
        return spans

    def flush(self) -> list[Span]:
        """The text is over: return what was held back."""
        self._final = True
        return list(self._read())

    def _read(self) -> Iterator[Span]:
        while self._held:
            if self._closer:
                found = self._closed()
                if found is None:
                    return
                yield found
                continue
            spans = self._next()
            if spans is None:
                return
            for span in spans:
                self._advance(span)
                yield span

    def _advance(self, span: Span) -> None:
        self._held = self._held[len(span.source) :]
        if span.said.strip():
            self._said = span.said.rstrip()[-1]
        if span.source.endswith("\n"):
            self._line, self._item, self._said = "", False, ""
        else:
            self._line = (self._line + span.source)[-64:]

    def _block(self, closer: str, opener: int) -> list[Span]:
        self._closer, self._opener = re.compile(closer, re.I | re.M), opener
        return []

    def _closed(self) -> Span | None:
        """The block we are in, once it is over. It is searched from its last line on: no closer goes over two."""
        assert self._closer
        start = self._held.rfind("\n", 0, max(0, len(self._held) - 1)) + 1
        match = self._closer.search(self._held, max(self._opener, start, len(self._held) - _SHORT))
        if not match and not self._final:
            return None
        end = match.end() if match else len(self._held)
        block = Span(self._held[:end], "", block=True)
        self._closer = None
        self._advance(block)
        return block

    def _next(self) -> list[Span] | None:
        """The spans with which the held text begins; None as long as that is not certain."""
        held = self._held
        if not self._line.strip() and (spans := self._line_start(held)) is not _NOT:
            return spans
        reader = _READERS.get(held[0])
        if reader is not None:
            spans = reader(self, held)
            if spans is not _NOT:
                return spans
        if held[0] == "\n":
            ends = self._item and (self._said.isalnum() or self._said in (*")]}\"'”’»*_`", "%"))
            return [Span("\n", ".\n" if ends and self._said else "\n")]
        if "\ue000" <= held[0] <= "\uf8ff":
            return [Span(held[0], "")]
        return [Span(held[0], held[0])]

    # What may begin a line

    def _line_start(self, held: str) -> list[Span] | None:
        first = held[0]
        if first in "-=*_" and not self._line and len(set(held.rstrip())) == 1:
            if held.endswith("\n") or self._final or len(held) >= _SHORT:
                if len(held.rstrip()) >= 3:
                    return [Span(held, "\n" if held.endswith("\n") else "")]
            elif not (len(held) > 1 and held[1].isspace()):
                return None
        if first == "#":
            if re.fullmatch(r"#{1,6}", held) and not self._final:
                return None
            if match := _HEADING.match(held):
                self._item = True
                return [Span(match[0], "")] if match[0][-1] != "\n" else [Span(match[0][:-1], "")]
        elif first == ">":
            if len(held) < 2 and not self._final:
                return None
            return [Span(">", ">" if re.match(r">[\d$€£]", held) else "")]  # ">100" is no quotation
        elif first == "|":
            return self._row(held)
        elif first.isdigit():
            if len(held) < 5 and not self._final and re.fullmatch(r"\d{1,3}[.)]?", held):
                return None
            self._item = bool(_NUMBERED.match(held))
        elif _BULLET.match(first + " "):
            if len(held) < 2 and not self._final:
                return None
            if _BULLET.match(held) and held[1] != "\n":
                self._item = True
                return [Span(held[:2], "")]
        elif first in "`~" and (spans := self._fence(held)) is not _NOT:
            return spans
        return _NOT

    def _fence(self, held: str) -> list[Span] | None:
        run = len(held) - len(held.lstrip(held[0]))
        if run == len(held) < _SHORT and not self._final:
            return None
        info = held[run:]
        if not 3 <= run < _SHORT or held[0] in info.split("\n")[0] or len(info) > _SHORT:
            return _NOT
        if "\n" not in info and not self._final:
            return None
        return self._block(rf"^[ \t>]*{re.escape(held[0])}{{{run},}}[ \t]*\n", len(held))

    def _row(self, held: str) -> list[Span] | None:
        if "\n" not in held and not self._final and len(held) < _LONG:
            return None
        row, newline, _ = held.partition("\n")
        if len(row) >= _LONG:
            return _NOT
        if _SEPARATOR.fullmatch(row):
            return [Span(row + newline, "")]
        spans: list[Span] = []
        said = False
        for part in re.split(r"(\s*(?<!\\)\|\s*)", row):
            if part.strip() == "|":
                spans.append(Span(part, ""))
            elif part.strip():
                if said:
                    spans[-1] = Span(spans[-1].source, ", ")
                inner = self._inside(part)
                said = said or any(span.said.strip() for span in inner)
                spans += inner
            elif part:
                spans.append(Span(part, ""))
        if newline:
            spans.append(Span(newline, ".\n" if said else "\n"))
        return spans

    # What may stand anywhere

    def _inside(self, text: str) -> list[Span]:
        """The spans of a text that stands within another mark, and is whole."""
        inner = MarkupStream(self._formula)
        inner._line = "·"  # it begins no line
        return inner.push(text) + inner.flush()

    def _code(self, held: str) -> list[Span] | None:
        run = len(held) - len(held.lstrip("`"))
        if run == len(held):
            return [Span(held, "")] if self._final or run >= _SHORT else None
        marks = "`" * run
        body = held[run:]
        for match in re.finditer(r"`+", body):
            if len(match[0]) == run and (match.end() < len(body) or self._final):
                inner = body[: match.start()]
                return [Span(marks, ""), *(Span(c, " " if c == "\n" else c) for c in inner), Span(marks, "")]
        if len(body) < _SHORT and "\n\n" not in body and not self._final:
            return None
        return [Span(marks, "")]

    def _tag(self, held: str) -> list[Span] | None:
        if len(held) == 1:
            return _NOT if self._final else None
        if held[1] == "|":
            return self._hidden(held, "|>", 60)
        if held.startswith("<!--"):
            return self._block("-->", len(held))
        if "<!--".startswith(held) and not self._final:
            return None
        if re.match(r"<(?:https?:|mailto:|[\w.+-]+@)", held):
            match = re.match(r"<(?:mailto:)?([^\s<>]*)(>?)", held)
            if match and match[2]:
                return [Span(match[0], _host(match[1]) if "//" in match[1] else match[1])]
            if match and match.end() == len(held) and len(held) < _LONG and not self._final:
                return None
            return [Span("<", "")]
        match = re.match(r"</?([A-Za-z][\w-]*)?([^<>]*)(>?)", held)
        name = (match[1] or "").lower() if match else ""
        if not match or not name:
            return None if held == "</" and not self._final else _NOT
        if not match[3]:
            begun = match.end() == len(held) and len(held) < _SHORT and not self._final
            mail = re.fullmatch(r"<[\w.+-]+", held)
            if begun and (
                name in _TAGS or (not match[2] and (mail or any(t.startswith(name) for t in _TAGS)))
            ):
                return None
            return _NOT
        if name not in _TAGS:
            return _NOT
        if name in _UNSPOKEN and held[1] != "/" and not match[2].rstrip().endswith("/"):
            return self._block(rf"</{re.escape(name)}\s*>", match.end())
        if name in _BREAKING:
            return [Span(match[0], "\n" if self._said else "")]
        return [Span(match[0], " " if name in ("td", "th") else "")]

    def _hidden(self, held: str, closer: str, limit: int) -> list[Span] | None:
        end = held.find(closer)
        if end >= 0:
            return [Span(held[: end + len(closer)], "")]
        return _NOT if len(held) > limit or self._final else None

    def _dollar(self, held: str) -> list[Span] | None:
        if len(held) == 1:
            return _NOT if self._final else None
        if held[1] == "$":
            return self._latex(held, "$$", "$$", _LONG)
        if held[1].isspace() or _MONEY.match(held):
            return _NOT
        if match := re.match(r"\$([^$\n]*?[^\s$\\])\$(?=\D)", held + (" " if self._final else "")):
            if re.search(r"[A-Za-z\\^_=+]|^\d+$", match[1]) and not re.fullmatch(r"[\d.,]+\D{1,3}", match[1]):
                return self._said_formula(match[0].rstrip("\n ") if self._final else match[0], match[1])
            return _NOT
        over = "\n" in held or len(held) > 120 or self._final
        return _NOT if over else None

    def _backslash(self, held: str) -> list[Span] | None:
        if len(held) == 1:
            return _NOT if self._final else None
        if held[1] == "(":
            return self._latex(held, "\\(", "\\)", _SHORT)
        if held[1] == "[":
            return self._latex(held, "\\[", "\\]", _LONG)
        if r"\begin{".startswith(held[:7]):
            if len(held) < 8 and not self._final:
                return None
            if match := re.match(r"\\begin\{(\w+)\*?\}.*?\\end\{\1\*?\}", held, re.S):
                return self._said_formula(match[0], match[0])
            return _NOT if len(held) > _LONG or self._final or ("}" not in held and len(held) > 30) else None
        if held[1] in "[]()*_`#$<>|~!-.+{}":
            return [Span("\\" + held[1], held[1])] if held[1] in "[]$`<|" else _NOT
        return _NOT

    def _latex(self, held: str, opener: str, closer: str, limit: int) -> list[Span] | None:
        end = held.find(closer, len(opener))
        if end < 0:
            return _NOT if len(held) > limit or self._final else None
        return self._said_formula(held[: end + len(closer)], held[len(opener) : end])

    def _said_formula(self, source: str, formula: str) -> list[Span]:
        return [Span(source, self._formula(formula.strip()))]

    def _bracket(self, held: str) -> list[Span] | None:
        start = held.index("[")
        end = _closing(held, start, "[", "]")
        if end < 0 or end - start > _SHORT:
            over = len(held) > _SHORT or "\n" in held or self._final
            return [Span(held[: start + 1], "[" if not start else held[:1] + "[")] if over else None
        inner, after = held[start + 1 : end], held[end + 1 : end + 2]
        if not after and not self._final:
            return None
        if after == "(":
            return self._link(held, start, inner, end)
        if start:  # "![x]" without an address
            return [Span(held[:1], held[:1])]
        if not self._line and after == ":" and (spans := self._definition(held, end)) is not _NOT:
            return spans
        citation = _CITATION.fullmatch(inner.strip())
        if citation and not _KEY.search(self._line):
            return self._citation(held, end + 1)
        if inner in (" ", "x", "X") and self._item:
            return [Span(held[: end + 1], "")]
        if after == "[" and not citation:
            ref = held.find("]", end + 2)
            if ref < 0 and len(held) - end < 64 and "\n" not in held[end:] and not self._final:
                return None
            if 0 <= ref < end + 64:
                return [Span("[", ""), *self._inside(inner), Span(held[end : ref + 1], "")]
        return [Span("[", "[")]

    def _link(self, held: str, start: int, inner: str, end: int) -> list[Span] | None:
        close = _closing(held, end + 1, "(", ")")
        if close < 0:
            over = "\n" in held[end:] or len(held) - end > _LONG
            if not over and not self._final:
                return None
            rest = re.match(r"\((?:https?:|www\.|/|#|<)\S*", held[end + 1 :])
            if not rest:
                return [Span(held[: start + 1], "")]
            close = end + rest.end()
        if re.search(r"\s[^\"'(\s]", held[end + 1 : close]):  # no address: words in brackets
            return [Span("[", "[")]
        if _CITATION.fullmatch(inner.strip("[] ")):
            return [Span(held[: close + 1], "")]
        return [Span(held[: start + 1], ""), *self._inside(inner), Span(held[end : close + 1], "")]

    def _definition(self, held: str, end: int) -> list[Span] | None:
        if len(held) < end + 14 and "\n" not in held and not self._final:
            return None
        if not re.match(r"\s*(?:https?:|www\.|<|/|#)", held[end + 2 :]) and held[1] != "^":
            return _NOT
        line = held.find("\n")
        if line < 0 and len(held) < _LONG and not self._final:
            return None
        self._said = ""
        return [Span(held[: line + 1] if line >= 0 else held, "", block=True)]

    def _picture(self, held: str) -> list[Span] | None:
        if len(held) == 1:
            return _NOT if self._final else None
        return self._bracket(held) if held[1] == "[" else _NOT

    def _source_mark(self, held: str) -> list[Span] | None:
        end = held.find("】")
        if end < 0:
            return _NOT if len(held) > _SHORT or self._final else None
        if not re.search(r"[†\d]|source|nguồn", held[:end], re.I):
            return _NOT
        return self._citation(held, end + 1)

    def _citation(self, held: str, end: int) -> list[Span] | None:
        """A mark of a source, which may stand between two words in the place of their space."""
        if len(held) == end and not self._final:
            return None
        return [Span(held[:end], " " if held[end : end + 1].isalnum() else "")]

    def _space(self, held: str) -> list[Span] | None:
        """The space before a mark of a source goes with it."""
        if len(held) == 1:
            return _NOT if self._final else None
        if held[1] not in "[【":
            return _NOT
        spans = (self._bracket if held[1] == "[" else self._source_mark)(held[1:])
        if spans is None:
            return None
        if len(spans) == 1 and not spans[0].said.strip() and len(spans[0].source) > 1:
            return [Span(" " + spans[0].source, spans[0].said)]
        return _NOT

    def _private_mark(self, held: str) -> list[Span] | None:
        return self._hidden(held, "\ue201", _SHORT)

    def _address(self, held: str) -> list[Span] | None:
        if self._line[-1:].isalnum():
            return _NOT
        begun = held.lower()
        if not begun.startswith(_ADDRESS):
            waits = any(prefix.startswith(begun) for prefix in _ADDRESS) and not self._final
            return None if waits else _NOT
        match = re.match(r"[^\s<>\"“”。，、；！？（）《》「」【】|`]+", held)
        assert match
        if match.end() == len(held) and len(held) < _LONG and not self._final:
            return None
        address = match[0]
        while address[-1] in _AFTER_ADDRESS:
            if address[-1] == ")" and address.count("(") >= address.count(")"):
                break
            address = address[:-1]
        return [Span(address, _host(address))] if "." in address else _NOT


def _host(address: str) -> str:
    match = _HOST.match(address)
    return match[1].rstrip(".") if match else ""


def _closing(text: str, start: int, opener: str, closer: str) -> int:
    """Where the bracket opened at ``start`` is closed, on the same line; -1 if it is not."""
    depth = 0
    for at in range(start, len(text)):
        if text[at] == opener:
            depth += 1
        elif text[at] == closer:
            depth -= 1
            if not depth:
                return at
        elif text[at] == "\n":
            break
    return -1


_NOT: list[Span] = []
"""Handed back, and told by its identity: what was looked for is not there."""

_Reader = Callable[[MarkupStream, str], list[Span] | None]
_READERS: dict[str, _Reader] = {
    "`": MarkupStream._code,
    "<": MarkupStream._tag,
    "$": MarkupStream._dollar,
    "\\": MarkupStream._backslash,
    "[": MarkupStream._bracket,
    "!": MarkupStream._picture,
    " ": MarkupStream._space,
    "【": MarkupStream._source_mark,
    "\ue200": MarkupStream._private_mark,
    **dict.fromkeys("hHwWfF", MarkupStream._address),
}
