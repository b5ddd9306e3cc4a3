"""The pages in Chromium: they follow a call, can be used by keys alone, and fit a telephone."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette

from emads_voice.channels.pages.calls import calls_pages
from emads_voice.messages import shipped
from emads_voice.observability import now
from emads_voice.observability.ledger import Ledger

tools = pytest.importorskip("talk_page", reason='it takes the extra "dev"')

Write = Callable[..., None]


@pytest.fixture
def address(ledger: Ledger) -> Iterator[str]:
    app = Starlette(routes=calls_pages(ledger, shipped(), lets_in=None))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/calls"
        server.should_exit = True
        thread.join()


@pytest.fixture
def opened(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Opens a page: ``page = opened("/call-1", viewport=…)``. Nothing in it may fail, or be asked from elsewhere."""
    contexts, faults, asked = [], [], []

    def make(path: str = "", **options: Any) -> Any:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda told: faults.append(told.text) if told.type == "error" else None)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address + path)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not faults
    assert all(url.startswith((address, "data:")) for url in asked)


def test_a_live_call_is_followed_to_its_end(
    opened: Callable[..., Any], answered: Write, happened: Write
) -> None:
    began = now() - timedelta(seconds=20)
    answered(began=began)
    page = opened("/call-1")
    first = page.locator("#e2")
    first.evaluate("each => { each.kept = true; }")
    happened("voice_input", 18, began=began, turn=2, text="And <b>when</b>?")
    page.get_by_text("And <b>when</b>?").wait_for()
    assert page.locator("section.turn").count() == 2
    assert first.evaluate("each => each.kept"), "what is read is not put there anew"
    assert [each.get_attribute("id") for each in page.locator("li[id^=e]").all()] == [
        f"e{n}" for n in range(1, 9)
    ]
    happened("ended", 19, began=began)
    page.get_by_text("The call ended").wait_for()
    assert page.locator("#summary .badge").inner_text() == "ended"
    assert page.locator("#live[data-every]").count() == 0, "nothing more comes"


def test_a_new_call_is_put_first_in_the_list(
    opened: Callable[..., Any], answered: Write, happened: Write
) -> None:
    answered(thread="old")
    page = opened()
    page.locator("#calls > li").first.wait_for()
    happened("call_started", 0, began=now(), thread="new")
    page.locator("#c-new").wait_for()
    ids = [each.get_attribute("id") for each in page.locator("#calls > li").all()]
    assert ids == ["c-new", "c-old"]


def test_a_server_that_is_gone_is_told(opened: Callable[..., Any], answered: Write) -> None:
    answered(began=now())
    page = opened("/call-1")
    assert not page.locator("#lost").is_visible()
    page.route("**/calls/call-1", lambda route: route.fulfill(status=304))  # no change is no fault
    page.wait_for_timeout(1_300)
    assert not page.locator("#lost").is_visible()
    page.unroute("**/calls/call-1")
    page.route("**/calls/call-1", lambda route: route.fulfill(status=200, body="", headers={"x": "y"}))
    page.locator("#lost").wait_for(state="visible")


def test_it_is_used_by_keys_alone(opened: Callable[..., Any], answered: Write) -> None:
    answered()
    page = opened()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="What happened").wait_for()
    assert page.get_by_role("log", name="What happened").count() == 1
    assert page.get_by_role("region", name="Turn 1").count() == 1
    assert page.get_by_role("img", name="Who spoke when").count() == 1
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Calls").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["", "/call-1"])
def test_it_fits_a_telephone_and_can_be_read(
    opened: Callable[..., Any], answered: Write, happened: Write, scheme: str, path: str
) -> None:
    answered()
    happened("voice_input", 20, turn=2, text="m" * 400, details={"long": "x" * 200})
    page = opened(path, viewport={"width": 320, "height": 640}, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(FAINT) == []


FAINT = """() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map((each) => {
      each /= 255;
      return each <= .03928 ? each / 12.92 : ((each + .055) / 1.055) ** 2.4;
    });
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const ground = (each) => {
    for (; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (!/, 0\\)$|transparent/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  return [...document.querySelectorAll("body *")]
    .filter((each) => [...each.childNodes].some((child) => child.nodeType === 3 && child.data.trim())
      && each.checkVisibility())
    .filter((each) => {
      const [a, b] = [light(getComputedStyle(each).color), light(ground(each))].sort((x, y) => y - x);
      return (a + .05) / (b + .05) < 4.5;
    })
    .map((each) => each.outerHTML.slice(0, 80));
}"""
"""The elements with less contrast than WCAG 2 asks for at level AA."""
