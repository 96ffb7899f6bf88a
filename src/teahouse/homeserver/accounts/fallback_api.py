"""Passing a stage of user-interactive authentication in a browser.

Source: client-server API, "Fallback"
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from teahouse.homeserver.accounts.uia import Fallback, Session, UserInteractive
from teahouse.kit.errors import Refused
from teahouse.kit.http import Access, Reply, Request, Route
from teahouse.kit.http.page import both, fields, page

PATH = "/_matrix/client/v3/auth/{authType}/fallback/web"
MAX_FORM_BYTES = 4096

# The specification's words: how the client that opened the page hears that it is done.
SCRIPT = (
    "if (window.onAuthDone) { window.onAuthDone(); } "
    "else if (window.opener && window.opener.postMessage) "
    '{ window.opener.postMessage("authDone", "*"); }'
)


class FallbackApi:
    def __init__(self, uia: UserInteractive) -> None:
        self._uia = uia

    def routes(self) -> Sequence[Route]:
        anyone = Access.ANYONE
        return [
            Route("GET", PATH, self.showStage, anyone, limit="login"),
            Route(
                "POST",
                PATH,
                self.passStage,
                anyone,
                limit="login",
                max_body_bytes=MAX_FORM_BYTES,
            ),
        ]

    async def showStage(self, request: Request) -> Any:
        name, session_id = request["authType"], request.required_query("session")
        found = self._uia.in_browser(session_id, name)
        if found is None:
            return _over()
        session, fallback = found
        if name in session.completed:
            return _done()
        return _elsewhere() if fallback is None else _question(session, fallback)

    async def passStage(self, request: Request) -> Any:
        name, form = request["authType"], fields(await request.raw_body())
        found = self._uia.in_browser(form.get("session", ""), name)
        if found is None:
            return _over()
        session, fallback = found
        if fallback is None:
            return _elsewhere()
        try:
            auth = await fallback.read(form, request.header("accept-language"))
            await self._uia.attempt_in_browser(session, auth)
        except Refused as refused:
            errcode = refused.body().get("errcode")
            return _question(session, fallback, *_why(str(errcode)))
        return _done() if name in session.completed else _question(session, fallback)


def _question(session: Session, fallback: Fallback, *problem: str) -> Reply:
    form = (
        '<form method="post">'
        f'<input type="hidden" name="session" value="{escape(session.session_id)}">'
        f'{fallback.fields(session.waiting)}<button type="submit">继续 · Go on</button></form>'
    )
    return page("还差一步", "One more step", [*problem, form])


def _why(errcode: str) -> list[str]:
    if errcode == "M_UNAUTHORIZED":
        return both(
            "邮件已发出。请打开邮件里的链接并确认，然后回到这里继续。",
            "A letter is on its way. Open its link and confirm, then come back and go on.",
        )
    if errcode == "M_LIMIT_EXCEEDED":
        return both("太频繁了，请稍等再试。", "That was too often. Wait a little, then try again.")
    return both("没有成功，请再试一次。", "That did not work. Try again.")


def _done() -> Reply:
    words = both(
        "完成了。您可以关闭这个页面，回到应用继续。",
        "Done. You can close this page and go back to your app.",
    )
    return page("完成", "Done", words, script=SCRIPT)


def _elsewhere() -> Reply:
    words = both("这一步请在应用里完成。", "Please do this step in your app.")
    return page("请回到应用", "Back to your app", words)


def _over() -> Reply:
    words = both(
        "这个页面已失效。请回到应用，重新开始。",
        "This page is no longer good. Go back to your app and begin again.",
    )
    return page("页面已失效", "This page is no longer good", words, status=404)
