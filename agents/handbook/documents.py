"""Reading files: YAML, and Markdown as sections of paragraphs fit to be read aloud."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from emads_voice.agents.errors import HandbookError
from emads_voice.agents.yaml_text import parse_yaml
from emads_voice.error_text import reason_of


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading."""

    document: str
    heading: str
    paragraphs: tuple[str, ...]
    agents: tuple[str, ...] = ()


def read_sections(path: Path) -> list[Section]:
    """The sections of a document that hold text.

    A row of a table becomes a sentence, "Da Nang: rooms 2, seats 8." Code and raw HTML are left out: nobody can
    listen to them. Text is composed (NFC), however it was typed.

    The title is that of the front matter, else the first heading of level 1, else the file's name. A list
    belongs to the paragraph before it.

    Raises:
        HandbookError: it is no UTF-8 text, or its front matter is no YAML.
    """
    try:
        text = unicodedata.normalize("NFC", path.read_text(encoding="utf-8-sig")).replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise HandbookError(
            f"{path} cannot be read ({reason_of(error)}): let this user read it, as text in UTF-8."
        ) from None
    matter, body = _front_matter(text, path)
    named = matter.get("title")
    if isinstance(named, (list, dict)):
        # Said, not written out: the aliases of a few lines can stand for gigabytes.
        raise HandbookError(f'{path}: write "title" as a text, such as "title: Office guide".')
    title = str(named or "")
    agents = matter.get("agents") or []
    if not isinstance(agents, list) or any(isinstance(agent, (list, dict)) for agent in agents):
        raise HandbookError(f'{path}: write "agents" as a list, such as "agents: [cto]".')
    heading, paragraphs = "", list[str]()
    sections: list[tuple[str, list[str]]] = []
    for kind, content in _blocks(MarkdownIt("commonmark").enable("table").parse(body)):
        if kind == "h1" and not title:
            title = content
        elif kind.startswith("h"):
            sections.append((heading, paragraphs))
            heading, paragraphs = content, []
        elif kind == "item" and paragraphs:
            paragraphs[-1] = f"{_sentence(paragraphs[-1])} {_sentence(content)}"
        else:
            paragraphs.append(content)
    sections.append((heading, paragraphs))
    title = title or path.stem.replace("-", " ")
    owners = tuple(str(agent) for agent in agents)
    return [Section(title, h or title, tuple(p), owners) for h, p in sections if p]


def read_yaml(text: str, path: Path, first_line: int = 1) -> dict[str, Any]:
    """A YAML mapping.

    Raises:
        HandbookError: it is not one; names file and line.
    """
    try:
        content = parse_yaml(text)
    except yaml.MarkedYAMLError as error:
        line = first_line + (error.problem_mark.line if error.problem_mark else 0)
        raise HandbookError(
            f"{path}, line {line}: {error.problem or 'this is not YAML'}; write YAML there."
        ) from None
    except (yaml.YAMLError, RecursionError, ValueError):  # nested too deep; a date that is none
        raise HandbookError(f'{path} is not YAML: write lines such as "title: …".') from None
    if not isinstance(content, dict):
        raise HandbookError(f'{path}, line {first_line}: expected lines such as "title: …"; write them.')
    return content


def _front_matter(text: str, path: Path) -> tuple[dict[str, object], str]:
    first, _, rest = text.partition("\n")
    if first.rstrip() != "---":
        return {}, text
    end = _CLOSED.search(rest)
    if end is None:
        raise HandbookError(
            f'{path}, line 1: the front matter opened by "---" is not closed: add another "---".'
        )
    matter, body = rest[: end.start()].removesuffix("\n"), rest[end.end() :]
    return (read_yaml(matter, path, first_line=2) if matter.strip() else {}), body


_CLOSED = re.compile(r"^(?:---|\.\.\.)[ \t]*$\n?", re.MULTILINE)


def _blocks(tokens: list[Token]) -> list[tuple[str, str]]:
    """(h1 … h6, paragraph or item; its plain text), in order."""
    blocks: list[tuple[str, str]] = []
    in_list, kind = 0, "paragraph"
    heads: list[str] = []
    row: list[str] | None = None
    for token in tokens:
        in_list += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        if token.type == "table_open":
            heads = []
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            if heads and (told := _row(heads, row)):
                blocks.append(
                    ("item" if blocks and blocks[-1][0] in ("item", "paragraph") else "paragraph", told)
                )
            heads, row = heads or row, None
        if token.type == "heading_open":
            kind = token.tag
        elif token.type == "paragraph_open":
            kind = "item" if in_list else "paragraph"
        elif token.type == "inline" and row is not None:
            row.append(_plain(token))
        elif token.type == "inline" and (text := _plain(token)):
            blocks.append((kind, text))
    return blocks


def _row(heads: list[str], cells: list[str]) -> str:
    """A row of a table as a sentence; empty if its cells are."""
    first, *rest = cells or [""]
    told = ", ".join(f"{head} {cell}".strip() for head, cell in zip(heads[1:], rest, strict=False) if cell)
    return f"{first}: {told}" if first and told else first or told


def _plain(inline: Token) -> str:
    parts = []
    for child in inline.children or []:
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return " ".join("".join(parts).split())


def _sentence(text: str) -> str:
    return text if text[-1] in ".!?:;" else f"{text}."
