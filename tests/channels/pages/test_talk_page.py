"""What the page is made of, and what it is sent with."""

import re
from importlib.resources import files

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from emads_voice.channels.pages.talk_page import talk_page
from emads_voice.messages import shipped

FOLDER = files("emads_voice.channels.pages").joinpath("talk")
FILES = {each.name: each.read_text("utf-8") for each in FOLDER.iterdir()}


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=talk_page(shipped(), asks_for_key=False)))


def test_it_is_sent_with_a_policy_that_lets_nothing_in_from_elsewhere(client: TestClient) -> None:
    for name in ["", *(f"/{name}" for name in FILES), "/settings.json", "/no.js"]:
        headers = client.get(f"/talk{name}").headers
        policy = dict(each.split(" ", 1) for each in headers["content-security-policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert {policy[each] for each in ("script-src", "style-src", "img-src", "connect-src")} == {"'self'"}
        assert policy["frame-ancestors"] == "'none'"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["permissions-policy"].startswith("microphone=(self)")


def test_pages_that_are_named_may_have_it_in_a_frame() -> None:
    routes = talk_page(shipped(), asks_for_key=True, framed_by=["https://help.example.com"])
    headers = TestClient(Starlette(routes=routes)).get("/talk").headers
    assert headers["content-security-policy"].endswith("frame-ancestors https://help.example.com")


def test_nothing_in_it_is_inline_or_from_elsewhere() -> None:
    for name, text in FILES.items():
        assert not re.findall(r"(?:https?:)?//(?!www\.w3\.org/2000/svg)[\w.-]+\.\w+/", text), name
    page = FILES["index.html"]
    assert "<style" not in page
    assert not re.search(r"\s(?:on\w+|style)=", page)
    assert re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL) == [""]


def test_all_that_is_asked_for_is_there(client: TestClient) -> None:
    asked = re.findall(r'(?:src|href)="([^"]+)"', FILES["index.html"])
    assert asked
    for path in asked:
        assert client.get(f"/{path}").status_code == 200
    for name, text in FILES.items():
        for other in re.findall(r"""(?:from|import|URL\()\s*'(?:\./)?([\w-]+\.\w+)'""", text):
            assert other in FILES or other == "settings.json", f"{name} asks for {other}"


def test_every_word_is_there_in_every_language(client: TestClient) -> None:
    words = client.get("/talk/settings.json").json()["words"]
    assert list(words)[:1] == ["en"]
    assert "vi" in words
    used = set(re.findall(r"\bpage_\w+", "".join(FILES.values())))
    for language, known in words.items():
        assert used <= set(known), language
        assert "{seconds}" in known["page_answered_after"]
    assert set(words["en"]) <= used, "a message that nobody reads"


def test_a_browser_that_has_a_file_is_not_sent_it_again(client: TestClient) -> None:
    first = client.get("/talk/page.js")
    assert first.headers["content-type"].startswith("text/javascript")
    again = client.get("/talk/page.js", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/talk/", "/talk/no.js", "/talk/..%2ftalk_page.py", "/talk/__init__.py"])
def test_there_is_nothing_else(client: TestClient, path: str) -> None:
    assert client.get(path, follow_redirects=False).status_code in (404, 307)
