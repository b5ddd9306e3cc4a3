"""The pages at /decisions in Chromium: an approver signs in, reads, decides, and loses a race."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from emads_voice.decisions import Kept, Reviewer
from emads_voice.decisions.policy import Channel, Proof

from .conftest import Desk

tools = pytest.importorskip("talk_page", reason='it takes the extra "dev"')


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    if lacking := tools.missing():
        pytest.skip(lacking)
    with tools.open_browser() as browser:
        yield browser


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(desk.app, log_level="error"))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


class Approver:
    """Somebody at a browser.

    Attributes:
        page: Playwright's.
        asked: the addresses it has asked for anything.
    """

    def __init__(self, browser: Any, address: str, **options: Any) -> None:
        self.page = browser.new_context(**options).new_page()
        self.address = address
        self.asked: list[str] = []
        self.faults: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("requestfailed", lambda request: self.faults.append(request.url))
        # A refusal is a page with a status of its own, which Chromium notes too; what the policy forbids is a fault.
        self.page.on(
            "console",
            lambda told: self.faults.append(told.text) if "Content Security" in told.text else None,
        )

    def sign_in(self, token: str) -> None:
        self.page.goto(f"{self.address}/decisions")
        self.page.locator("input[name=token]").fill(token)
        self.page.get_by_role("button").click()

    def open(self, kept: Kept) -> None:
        self.page.goto(f"{self.address}/decisions")
        self.page.get_by_role("link", name=kept.plan.action).click()
        self.page.locator("#review").wait_for()

    def decide(self, button: str, written: str = "") -> None:
        if written:
            self.page.get_by_role("textbox").fill(written)
        self.page.get_by_role("button", name=button, exact=True).click()

    def leave(self) -> None:
        """Close the browser. Nothing has failed in it, and nobody else was asked for anything."""
        self.page.context.close()
        assert not self.faults
        assert all(url.startswith(self.address) for url in self.asked)

    @property
    def fits(self) -> bool:
        """Whether nothing is wider than the screen."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_an_approver_signs_in_and_decides(chromium: Any, desk: Desk, address: str) -> None:
    kept = {name: desk.proposed(f"Move the printers to {name}.", 9) for name in "ABCD"}
    lan = Approver(chromium, address, viewport={"width": 1280, "height": 800}, locale="en-GB")
    lan.sign_in("nobody's")
    assert "Nobody has this token" in lan.page.locator("[role=alert]").inner_text()
    lan.sign_in(desk.tokens["lan"])
    assert lan.page.locator("#decisions li").count() == 4
    lan.open(kept["A"])
    lan.decide("Approve")
    lan.page.locator("#yours").wait_for()
    lan.open(kept["B"])
    lan.decide("Reject", "Too dear.")
    lan.page.locator(".badge.rejected").wait_for()
    lan.open(kept["C"])
    lan.decide("Ask for this change", "One <floor> first.")
    lan.page.locator(".badge.replanning").wait_for()
    lan.open(kept["D"])
    minh = Reviewer("minh", Channel.HTTP, Proof.TOKEN)
    desk.store.reject(kept["D"].id, 1, kept["D"].plan_hash, minh)
    lan.decide("Reject", "Mine.")
    assert "came too late" in lan.page.locator("#refused").inner_text()
    assert "Mine." in lan.page.locator("main").inner_text()
    now = {name: desk.store.get(each.id) for name, each in kept.items()}
    assert [each.status for each in now.values()] == ["pending", "rejected", "replanning", "rejected"]
    assert [each.approver for each in now["D"].approvals] == ["minh"]
    assert (now["B"].reason, now["C"].reason) == ("Too dear.", "One <floor> first.")
    assert {each.channel for each in now["A"].approvals} == {Channel.PAGE}
    lan.leave()


def test_a_telephone_shows_all_of_it_and_the_way_to_decide(chromium: Any, desk: Desk, address: str) -> None:
    kept = desk.proposed(f"Chuyển máy in lên {'một_tên_rất_dài' * 8}.")
    screen = {"viewport": {"width": 360, "height": 640}, "is_mobile": True, "has_touch": True}
    lan = Approver(chromium, address, locale="vi-VN", **screen)
    lan.sign_in(desk.tokens["lan"])
    assert lan.fits
    lan.open(kept)
    assert lan.fits
    lan.page.locator("header a[href='#review']").tap()
    assert lan.page.get_by_role("button", name="Duyệt", exact=True).evaluate(
        "button => button.getBoundingClientRect().top < innerHeight"
    )
    lan.decide("Duyệt")
    lan.page.locator(".badge.approved").wait_for()
    lan.leave()
