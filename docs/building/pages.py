"""What `make docs` does to pages beside what MkDocs does: links into the repository, and diagrams without a browser.

The Markdown files are written for whoever reads them in the repository, where a link leads to a file beside them. Some
of those files are pages here too, under the names of ``PAGES``. To the others, such as ``../voice/mouth.py``, the site
has no address to give, so their links become plain text. A link to a file that does not exist is a warning, and so an
error of the strict build.

Mermaid's own code draws the diagrams while the site is built, in an interpreter inside this process: the pages hold the
drawings and load nothing.
"""

from __future__ import annotations

import base64
import posixpath
import re
from html import escape
from logging import getLogger
from pathlib import Path
from xml.etree import ElementTree

import mermaidx
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]

PAGES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changes.md",
    "SECURITY.md": "security.md",
    "benchmarks/README.md": "measurements.md",
    "benchmarks/phone/README.md": "measurements-phone.md",
    "examples/handbook/README.md": "handbook.md",
}
"""File of the repository → page of the site, for those outside docs/."""

_SOURCE_OF = {page: source for source, page in PAGES.items()}
_FENCED = re.compile(r"^(`{3,}.*?^`{3,} *$)", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<path>[^)#\s:]+)(?P<anchor>#[^)\s]*)?\)")
_LOADED = re.compile(r"<(?:script|link|img|iframe|source)\b[^>]*\s(?:src|href)=\"?((?:https?:)?//[^\s\">]+)")
_LOG = getLogger("mkdocs.plugins.pages")


def on_config(config: MkDocsConfig) -> None:
    """Have blocks of Mermaid drawn. Under the class ``mermaid`` the theme would load Mermaid from elsewhere."""
    fence = {"name": "mermaid", "class": "diagram", "format": _draw}
    config.mdx_configs.setdefault("pymdownx.superfences", {})["custom_fences"] = [fence]


def on_files(files: Files, *, config: MkDocsConfig) -> None:
    """Add the pages that lie outside docs/."""
    for source, page in PAGES.items():
        files.append(File.generated(config, page, content=(ROOT / source).read_text("utf-8")))


def on_page_markdown(markdown: str, *, page: Page, **kwargs: object) -> str:
    """Turn links within the repository into links within the site."""
    del kwargs
    parts = _FENCED.split(markdown)
    parts[::2] = [_linked(part, page.file.src_uri) for part in parts[::2]]
    return "".join(parts)


def on_page_content(html: str, *, page: Page, **kwargs: object) -> str:
    r"""Take out the backslash of ``a\|b`` in a table's code, which Markdown in the repository needs.

    A page of the reference that describes nothing is a warning.
    """
    del kwargs
    if page.file.src_uri.startswith("reference/") and "doc-heading" not in html:
        _LOG.warning("%s describes nothing.", page.file.src_uri)
    return re.sub(r"<code>[^<]*</code>", lambda code: code[0].replace(r"\|", "|"), html)


def on_post_page(output: str, *, page: Page, **kwargs: object) -> None:
    """Warn of a page that would load something from elsewhere."""
    del kwargs
    for place in _LOADED.findall(output):
        _LOG.warning("%s loads %s.", page.file.src_uri, place)


def _linked(markdown: str, page: str) -> str:
    source = _SOURCE_OF.get(page, f"docs/{page}")

    def link(found: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), found["path"]))
        if not (ROOT / path).exists():
            _LOG.warning("%s links to %s, which does not exist.", source, path)
        target = PAGES.get(path, path.removeprefix("docs/") if path.startswith("docs/") else "")
        if not target.endswith(".md"):
            return found["text"]
        return (
            f"[{found['text']}]({posixpath.relpath(target, posixpath.dirname(page))}{found['anchor'] or ''})"
        )

    return _LINK.sub(link, markdown)


def _draw(source: str, *args: object, **kwargs: object) -> str:
    """A block of Mermaid as a picture, whose style the theme's does not touch."""
    del args, kwargs
    svg: str = mermaidx.render(source).svg()
    width = float(ElementTree.fromstring(svg).attrib["viewBox"].split()[2])
    data = base64.b64encode(svg.encode()).decode()
    return f'<img alt="{escape(source)}" width="{width:.0f}" src="data:image/svg+xml;base64,{data}">'
