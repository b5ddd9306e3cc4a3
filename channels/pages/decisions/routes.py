"""The routes of the pages: who may read and decide, and what comes of it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from emads_voice.channels.pages.calls.rendering import text_of as text_of_calls
from emads_voice.channels.pages.language import page_language
from emads_voice.database import DatabaseError
from emads_voice.decisions import Approvers, DecisionStore, Kept
from emads_voice.decisions.errors import DecisionError, UnknownDecisionError
from emads_voice.decisions.history import versions
from emads_voice.messages import Catalogue
from emads_voice.messages.formatting import Messages
from emads_voice.messages.keys import Key
from emads_voice.observability.log_throttle import strangers

from .forms import MOST_TEXT, FormError, Review, is_from_elsewhere, read_fields, read_review
from .refusals import refusal
from .rendering import decision_page, list_page, message_page, sign_in_page, text_of
from .sessions import LASTS_S, Sessions, SignedIn

PATH = "/decisions"
COOKIE = "emads_decisions"
ON_A_PAGE = 50

_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}
_ID = re.compile("[0-9a-f-]{36}")


def decisions_pages(
    store: DecisionStore,
    approvers: Approvers,
    catalogue: Catalogue,
    *,
    secure: bool,
    middleware: Sequence[Middleware] = (),
) -> list[BaseRoute]:
    """The routes of the pages. Whoever reads or decides is signed in with their approver's token.

    Args:
        store: keeps the decisions.
        approvers: who may decide.
        catalogue: has the words of the pages.
        secure: whether browsers come by HTTPS, and so send the cookie by nothing else.
        middleware: what is checked before.
    """
    pages = _Pages(store, approvers, catalogue, secure=secure)
    before = list(middleware)
    return [
        Route(PATH, pages.answering(pages.everything, "decisions/"), middleware=before),
        Route(f"{PATH}/base.css", _style(text_of_calls("page.css")), middleware=before),
        Route(f"{PATH}/page.css", _style(text_of("page.css")), middleware=before),
        Route(f"{PATH}/sign-in", pages.answering(pages.sign_in, ""), methods=["POST"], middleware=before),
        Route(f"{PATH}/sign-out", pages.answering(pages.sign_out, ""), methods=["POST"], middleware=before),
        Route(f"{PATH}/{{id}}", pages.answering(pages.one, ""), middleware=before),
        Route(f"{PATH}/{{id}}", pages.answering(pages.review, ""), methods=["POST"], middleware=before),
    ]


_Answer = Callable[[Request, Messages], Awaitable[Response]]


class _Pages:
    def __init__(
        self, store: DecisionStore, approvers: Approvers, catalogue: Catalogue, *, secure: bool
    ) -> None:
        self._store = store
        self._catalogue = catalogue
        self._secure = secure
        self._sessions = Sessions(approvers)

    def answering(self, answer: _Answer, beside: str) -> Callable[[Request], Awaitable[Response]]:
        """Answers, and says so where that cannot be done."""

        async def answered(request: Request) -> Response:
            said = page_language(request, self._catalogue, self._catalogue.decisions)
            if request.method == "POST" and is_from_elsewhere(request):
                return _html(message_page(said.text("decisions_elsewhere"), said, beside), 403)
            try:
                return await answer(request, said)
            except FormError:
                return _html(message_page(said.text("decisions_malformed"), said, beside), 400)
            except UnknownDecisionError:
                return _html(message_page(said.text("decisions_unknown"), said, beside), 404)
            except DatabaseError as error:
                return _html(message_page(str(error), said, beside), 503)

        return answered

    async def everything(self, request: Request, said: Messages) -> Response:
        who = await self._who(request)
        if who is None:
            return _sign_in(said, "decisions/", "")
        after = request.query_params.get("after", "")
        # One more than is shown, to know whether there are more.
        found = await asyncio.to_thread(
            lambda: self._store.find(open_first=True, limit=ON_A_PAGE + 1, after=after)
        )
        older = found[ON_A_PAGE - 1].id if len(found) > ON_A_PAGE else ""
        page = list_page(found[:ON_A_PAGE], said, who, first=not after, older=older)
        return _html(page, 200)

    async def one(self, request: Request, said: Messages) -> Response:
        who = await self._who(request)
        if who is None:
            return _sign_in(said, "", request.path_params["id"])
        return await self._shown(request.path_params["id"], said, who)

    async def review(self, request: Request, said: Messages) -> Response:
        """Take a decision; what comes of it is the page of the decision as it is then."""
        named = request.path_params["id"]
        who = await self._who(request)
        if who is None:
            return _sign_in(said, "", named, "decisions_session_over")
        review = read_review(await read_fields(request))
        if not who.made(review.form_key.get_secret_value()):
            return _html(message_page(said.text("decisions_elsewhere"), said, ""), 403)
        told = _fault(review, said)
        if told:
            return await self._shown(named, said, who, told, 400, review.feedback)
        try:
            await asyncio.to_thread(self._decide, named, review, who)
        except UnknownDecisionError:
            raise
        except DecisionError as error:
            kept = await asyncio.to_thread(self._store.get, named)
            told, status = refusal(error, kept, who.reviewer, said)
            return await self._shown(named, said, who, told, status, review.feedback)
        return _elsewhere(named)

    async def sign_in(self, request: Request, said: Messages) -> Response:
        fields = await read_fields(request)
        named = fields.get("then", "")
        then = named if _ID.fullmatch(named) else ""
        cookie = await self._sessions.sign_in(fields.get("token", "").strip())
        if cookie is None:
            strangers.warning("Somebody gave the pages on decisions a token that is not known.")
            return _sign_in(said, "", then, "decisions_token_unknown")
        answer = _elsewhere(then or "../decisions")
        # Without a path it is good for where this form was sent to, and below: for these pages, wherever mounted.
        answer.set_cookie(
            COOKIE,
            cookie,
            max_age=int(LASTS_S),
            path=None,
            secure=self._secure,
            httponly=True,
            samesite="strict",
        )
        return answer

    async def sign_out(self, request: Request, said: Messages) -> Response:
        who = await self._who(request)
        if who and not who.made((await read_fields(request)).get("form_key", "")):
            return _html(message_page(said.text("decisions_elsewhere"), said, ""), 403)
        self._sessions.sign_out(request.cookies.get(COOKIE, ""))
        return _elsewhere("../decisions")

    async def _who(self, request: Request) -> SignedIn | None:
        return await self._sessions.who(request.cookies.get(COOKIE, ""))

    async def _shown(
        self, named: str, said: Messages, who: SignedIn, told: str = "", status: int = 200, written: str = ""
    ) -> Response:
        def made() -> str:
            kept = self._store.get(named)
            history = versions(self._store, named)
            return decision_page(kept, history, said, who, refused=told, written=written)

        return _html(await asyncio.to_thread(made), status)

    def _decide(self, named: str, review: Review, who: SignedIn) -> Kept:
        store, version, plan_hash = self._store, review.version, review.plan_hash
        match review.verdict:
            case "approve":
                return store.approve(named, version, plan_hash, who.reviewer)
            case "reject":
                return store.reject(named, version, plan_hash, who.reviewer, review.feedback.strip())
            case "edit":
                return store.edit(named, version, plan_hash, who.reviewer, review.feedback.strip())
            case "withdraw":
                name, reason = who.reviewer.name, review.feedback.strip()
                return store.withdraw(named, name, reason, plan_hash=plan_hash)


def _fault(review: Review, said: Messages) -> str:
    """What is wrong with a decision before anybody looks at the plan; "" if nothing."""
    written = bool(review.feedback.strip())
    if len(review.feedback) > MOST_TEXT:
        return said.text("decisions_too_long", most=str(MOST_TEXT))
    if review.verdict == "approve" and written:
        return said.text("decisions_approve_or_change")
    if review.verdict == "edit" and not written:
        return said.text("decisions_say_what")
    return ""


def _sign_in(said: Messages, beside: str, then: str, told: Key | None = None) -> Response:
    text = said.text(told or "decisions_sign_in_needed")
    return _html(sign_in_page(said, beside=beside, then=then, told=text, wrong=told is not None), 401)


def _elsewhere(address: str) -> Response:
    return Response(status_code=303, headers=_HEADERS | {"location": address})


def _html(page: str, status: int) -> Response:
    return Response(page, status, _HEADERS, "text/html; charset=utf-8")


def _style(text: str) -> Callable[[Request], Awaitable[Response]]:
    async def answer(_: Request) -> Response:
        headers = _HEADERS | {"cache-control": "no-cache"}
        return Response(text, headers=headers, media_type="text/css; charset=utf-8")

    return answer
