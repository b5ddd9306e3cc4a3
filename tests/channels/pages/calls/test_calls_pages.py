"""The pages at /calls: who may see them, and that nothing a caller says is markup."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

import pytest
from sqlalchemy import text as sql
from starlette.applications import Starlette
from starlette.testclient import TestClient

from emads_voice.channels.pages.calls import call_file, calls_pages
from emads_voice.messages import shipped
from emads_voice.observability.audit import KINDS
from emads_voice.observability.ledger import Ledger

Write = Callable[..., None]
ATTACKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</bdi></p><h1>",
    "{{ 7 * 7 }}",
    "\u202eabc",
    "&lt;b&gt;",
]


class Tags(HTMLParser):
    """The tags of a page, and the texts of its <bdi> elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.said: list[str] = []
        self.attributes: set[str] = set()
        self._within = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "bdi":
            self._within = True
            self.said.append("")

    def handle_endtag(self, tag: str) -> None:
        self._within &= tag != "bdi"

    def handle_data(self, data: str) -> None:
        if self._within:
            self.said[-1] += data


@pytest.fixture
def pages(ledger: Ledger) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=calls_pages(ledger, shipped(), lets_in=None))) as client:
        yield client


@pytest.fixture
def locked(ledger: Ledger) -> TestClient:
    routes = calls_pages(ledger, shipped(), lets_in=lambda header: header == "Bearer khoá-của-tôi-1234567")
    return TestClient(Starlette(routes=routes))


def test_a_ledger_without_calls_says_so(pages: TestClient) -> None:
    assert "No call has been recorded yet." in pages.get("/calls").text


def test_a_call_is_listed_and_opened(pages: TestClient, answered: Write) -> None:
    answered(thread="a/b?c#d")
    listed = pages.get("/calls")
    (address,) = re.findall(r'href="(calls/[^"]+)"', re.sub(r"<link[^>]*>", "", listed.text))
    page = pages.get(f"/{address}")
    assert page.status_code == 200
    for told in ("Is the cloud cheaper?", "cto, coo", "degraded: <bdi>yes</bdi>", "The caller interrupted"):
        assert told in page.text
    assert re.search(
        r"<bdi>It is cheaper\.</bdi>.*not played:</span> <bdi> It takes a year\.</bdi>", page.text, re.DOTALL
    )
    assert "Its 7 entries follow each other unbroken; no signed checkpoint has them yet." in page.text


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_people_say_is_never_markup(
    pages: TestClient, ledger: Ledger, happened: Write, attack: str
) -> None:
    happened("call_started", 0, thread=attack, details={"channel": attack})
    happened("voice_input", 1, thread=attack, turn=1, text=attack, language=attack, model=attack)
    happened("routed", 2, thread=attack, turn=1, text=attack, details={"agents": attack})
    happened("said", 3, thread=attack, turn=1, text=attack, played=attack[:5])
    file = call_file(ledger, attack, shipped().english)
    assert file
    for page in (pages.get("/calls").text, pages.get("/calls/" + _quoted(attack)).text, file):
        tags = Tags(page)
        assert attack in tags.said
        assert not {name for name in tags.attributes if name.startswith("on")}
        assert "img" not in tags.tags
        assert tags.tags.count("h1") == 1
        assert tags.tags.count("script") == (0 if page is file else 1)


def _quoted(conversation: str) -> str:
    return "".join(f"%{byte:02X}" for byte in conversation.encode())


def test_it_asks_for_nothing_from_elsewhere_and_its_policy_allows_nothing_else(
    pages: TestClient, answered: Write
) -> None:
    answered()
    for path in ("/calls", "/calls/call-1"):
        answer = pages.get(path)
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert not re.search(r"""(?:href|src)=["']?(?:https?:)?//""", answer.text)
        assert " style=" not in answer.text
    for name, kind in (("page.css", "text/css"), ("page.js", "text/javascript")):
        assert pages.get(f"/calls/{name}").headers["content-type"].startswith(kind)


def test_a_file_needs_nothing_beside_it(ledger: Ledger, answered: Write) -> None:
    answered()
    file = call_file(ledger, "call-1", shipped().english)
    assert file
    assert "<link" not in file
    assert "<script" not in file
    assert "style-src 'sha256-" in html.unescape(file)
    assert "Is the cloud cheaper?" in file
    assert call_file(ledger, "call-2", shipped().english) is None


def test_without_a_key_nobody_sees_a_call(locked: TestClient, answered: Write) -> None:
    answered()
    for path in ("/calls", "/calls/call-1", "/calls/call-2"):
        refused = locked.get(path)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Basic ")
        assert "cloud" not in refused.text
    for wrong in (
        "Bearer x",
        "Basic x",
        "Basic " + base64.b64encode(b"a:wrong").decode(),
        "Basic " + "A" * 9_999,
    ):
        assert locked.get("/calls", headers={"authorization": wrong}).status_code == 401


def test_a_key_opens_as_bearer_and_as_the_password_of_a_browser(locked: TestClient, answered: Write) -> None:
    answered()
    key = "khoá-của-tôi-1234567"
    basic = base64.b64encode(f"anybody:{key}".encode()).decode()
    assert locked.get("/calls/call-1", headers={"authorization": f"Basic {basic}"}).status_code == 200


def test_a_page_that_has_not_changed_is_not_sent_again(
    pages: TestClient, answered: Write, happened: Write
) -> None:
    answered()
    tag = pages.get("/calls/call-1").headers["etag"]
    assert pages.get("/calls/call-1", headers={"if-none-match": tag}).status_code == 304
    happened("ended", 30)
    assert pages.get("/calls/call-1", headers={"if-none-match": tag}).status_code == 200


def test_a_call_that_is_not_there_is_said_to_be_none(pages: TestClient) -> None:
    answer = pages.get("/calls/call-9")
    assert (answer.status_code, "There is no such call." in answer.text) == (404, True)


def test_a_changed_entry_is_told(pages: TestClient, ledger: Ledger, answered: Write) -> None:
    answered()
    with ledger.database.writing() as connection:
        connection.execute(
            sql(
                "UPDATE ledger_entries SET record = CAST(replace(record, 'coo', 'cfo') AS BLOB) WHERE sequence = 3"
            )
        )
    told = "Verified up to entry 2 of 7 only"
    assert told in pages.get("/calls/call-1").text
    assert told in pages.get("/calls").text
    with ledger.database.writing() as connection:
        connection.execute(sql("UPDATE ledger_entries SET record = 'x' WHERE sequence = 3"))
    broken = pages.get("/calls/call-1")
    assert (broken.status_code, "cannot be read" in broken.text) == (500, True)
    assert "call-1: Entries of this call cannot be read." in pages.get("/calls").text


def test_pages_are_in_the_language_of_the_browser(pages: TestClient, answered: Write) -> None:
    answered()
    for wanted, told in (
        ("vi-VN,vi;q=0.9,en;q=0.8", '<html lang="vi">'),
        ("de,vi;q=0.5", '<html lang="vi">'),
        ("en-GB", '<html lang="en">'),
        ("*", '<html lang="en">'),
        ("x" * 5_000 + ",,;", '<html lang="en">'),
    ):
        assert told in pages.get("/calls", headers={"accept-language": wanted}).text


def test_every_kind_of_entry_has_a_name() -> None:
    for said in (shipped().calls("en"), shipped().calls("vi")):
        for kind in KINDS:
            assert said.text(f"calls_kind_{kind}")  # type: ignore[arg-type]
