"""The page that a letter's link leads to: words, one button, and nothing that can run."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from teahouse.homeserver.threepids.sessions import Purpose, Session
from teahouse.kit.http import Reply
from teahouse.kit.http.page import both, page

_WHAT = {
    Purpose.REGISTER: (
        "确认后，就可以回到注册的地方继续。",
        "Confirm, then go back to where you are making your account.",
    ),
    Purpose.RESET: (
        "确认后，要求设置新密码的人就能给您的账号换一个密码。不是您本人操作？请关闭这个页面。",
        "Confirm, and whoever asked for it can set a new password for your account. "
        "If that was not you, close this page.",
    ),
    Purpose.ADD: (
        "确认后，这个邮箱会加到要求添加它的账号上。不是您本人操作？请关闭这个页面。",
        "Confirm, and this address is added to the account that asked for it. "
        "If that was not you, close this page.",
    ),
}


def question(session: Session, token: str, action: str) -> Reply:
    chinese, english = _WHAT[session.purpose]
    form = (
        f'<form method="post" action="{escape(action)}">'
        f'<input type="hidden" name="sid" value="{escape(session.sid)}">'
        f'<input type="hidden" name="token" value="{escape(token)}">'
        '<button type="submit">确认 · Confirm</button></form>'
    )
    words = [
        f"<p><strong>{escape(session.address)}</strong></p>",
        *both(chinese, english),
        *_onward(session.next_link),
        form,
    ]
    leads_to = _origin(session.next_link)
    return page("确认邮箱", "Confirm your e-mail address", words, leads_to=leads_to)


def confirmed() -> Reply:
    words = both(
        "邮箱已确认。您可以关闭这个页面，回到刚才的地方继续。",
        "Your address is confirmed. You can close this page and go on where you were.",
    )
    return page("已确认", "Confirmed", words)


def over() -> Reply:
    words = both(
        "这个链接已失效：可能已经用过、超过一小时，或者您收到了更新的邮件。请回到刚才的地方，重新发送一封。",
        "This link is no longer good: it was used, is older than an hour, or a newer letter has "
        "taken its place. Go back to where you were and have another one sent.",
    )
    return page("链接已失效", "This link is no longer good", words, status=404)


def _onward(next_link: str | None) -> list[str]:
    if next_link is None:
        return []
    host = urlsplit(next_link).netloc
    return both(f"之后会打开：{host}", f"This leads on to {host}")


def _origin(next_link: str | None) -> str:
    if next_link is None:
        return ""
    parts = urlsplit(next_link)
    return f"{parts.scheme}://{parts.netloc}"
