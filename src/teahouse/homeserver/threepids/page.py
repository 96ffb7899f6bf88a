"""The page that a letter's link leads to: words, one button, and nothing that can run."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from urllib.parse import urlsplit

from teahouse.homeserver.threepids.sessions import Purpose, Session
from teahouse.kit.http import Reply

_STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; background: light-dark(#faf8f3, #15140f); color: light-dark(#211d17, #f1ede3);
  font: 1rem/1.6 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC",
  "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }
main { max-width: 30rem; margin: 0 auto; padding: 3rem 1.25rem; }
h1 { font-size: 1.5rem; line-height: 1.3; margin: 0 0 1.5rem; }
[lang=en] { color: light-dark(#655e52, #b4ac9c); }
strong { overflow-wrap: anywhere; }
button { font: inherit; min-height: 3.5rem; width: 100%; margin-top: 1.5rem; border: 0;
  border-radius: 8px; background: light-dark(#2b6a4d, #7cc4a0);
  color: light-dark(#ffffff, #15140f); }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

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
        *_both(chinese, english),
        *_onward(session.next_link),
        form,
    ]
    return _page("确认邮箱", "Confirm your e-mail address", words, next_link=session.next_link)


def confirmed() -> Reply:
    words = _both(
        "邮箱已确认。您可以关闭这个页面，回到刚才的地方继续。",
        "Your address is confirmed. You can close this page and go on where you were.",
    )
    return _page("已确认", "Confirmed", words)


def over() -> Reply:
    words = _both(
        "这个链接已失效：可能已经用过、超过一小时，或者您收到了更新的邮件。请回到刚才的地方，重新发送一封。",
        "This link is no longer good: it was used, is older than an hour, or a newer letter has "
        "taken its place. Go back to where you were and have another one sent.",
    )
    return _page("链接已失效", "This link is no longer good", words, status=404)


def _both(chinese: str, english: str) -> list[str]:
    return [f'<p lang="zh-CN">{escape(chinese)}</p>', f'<p lang="en">{escape(english)}</p>']


def _onward(next_link: str | None) -> list[str]:
    if next_link is None:
        return []
    host = urlsplit(next_link).netloc
    return _both(f"之后会打开：{host}", f"This leads on to {host}")


def _page(
    chinese: str, english: str, words: list[str], *, status: int = 200, next_link: str | None = None
) -> Reply:
    title = f'<span lang="zh-CN">{chinese}</span><br><span lang="en">{english}</span>'
    html = (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{chinese} · {english}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{title}</h1>{''.join(words)}</main></body></html>"
    )
    return Reply(html.encode(), status, headers(next_link), "text/html; charset=utf-8")


def headers(next_link: str | None = None) -> dict[str, str]:
    """Browsers hold a form's redirect to its form-action, so that the host stands there too."""
    onward = ""
    if next_link is not None:
        parts = urlsplit(next_link)
        onward = f" {parts.scheme}://{parts.netloc}"
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
            f"form-action 'self'{onward}; base-uri 'none'; frame-ancestors 'none'"
        ),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex",
    }
