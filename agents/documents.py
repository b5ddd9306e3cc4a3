"""Reading files: YAML, and Markdown as sections of paragraphs fit to be read aloud."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from .errors import HandbookError


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading."""

    document: str
    heading: str
    paragraphs: tuple[str, ...]
    agents: tuple[str, ...] = ()


def read_sections(path: Path) -> list[Section]:
    """The sections of a document that hold text.

    Tables, code and raw HTML are left out: nobody can listen to them.

    The title is that of the front matter, else the first heading of level 1, else the file's name. A list
    belongs to the paragraph before it.

    Raises:
        HandbookError: it is no UTF-8 text, or its front matter is no YAML.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise HandbookError(f"{path} cannot be read: {error}.") from None
    matter, body = _front_matter(text, path)
    title = str(matter.get("title") or "")
    agents = matter.get("agents") or []
    if not isinstance(agents, list):
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
            paragraphs[-1] = f"{paragraphs[-1]} {_sentence(content)}"
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
        content = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = first_line + (error.problem_mark.line if error.problem_mark else 0)
        raise HandbookError(f"{path}, line {line}: {error.problem or 'this is not YAML'}.") from None
    except yaml.YAMLError:
        raise HandbookError(f"{path} is not YAML.") from None
    if not isinstance(content, dict):
        raise HandbookError(f'{path}, line {first_line}: expected lines such as "title: …".')
    return content


def _front_matter(text: str, path: Path) -> tuple[dict[str, object], str]:
    if not text.startswith("---\n"):
        return {}, text
    matter, separator, body = text[4:].partition("\n---\n")
    if not separator:
        raise HandbookError(
            f'{path}, line 1: the front matter opened by "---" is not closed by another "---".'
        )
    return read_yaml(matter, path, first_line=2), body


def _blocks(tokens: list[Token]) -> list[tuple[str, str]]:
    """(h1 … h6, paragraph or item; its plain text), in order."""
    blocks: list[tuple[str, str]] = []
    in_list, in_table, kind = 0, 0, "paragraph"
    for token in tokens:
        in_list += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        in_table += {"table_open": 1, "table_close": -1}.get(token.type, 0)
        if token.type == "heading_open":
            kind = token.tag
        elif token.type == "paragraph_open":
            kind = "item" if in_list else "paragraph"
        elif token.type == "inline" and not in_table and (text := _plain(token)):
            blocks.append((kind, text))
    return blocks


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
