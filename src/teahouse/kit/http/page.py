"""A small page for a person: in Chinese and English, made of words and forms, without a web app."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from urllib.parse import parse_qs

from teahouse.kit.http.reply import Reply

MAX_FIELDS = 10

_STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; background: light-dark(#faf8f3, #15140f); color: light-dark(#211d17, #f1ede3);
  font: 1rem/1.6 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC",
  "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }
main { max-width: 30rem; margin: 0 auto; padding: 3rem 1.25rem; }
h1 { font-size: 1.5rem; line-height: 1.3; margin: 0 0 1.5rem; }
[lang=en] { color: light-dark(#655e52, #b4ac9c); }
a { color: light-dark(#1f5f8b, #84bee6); }
strong { overflow-wrap: anywhere; }
input, button { font: inherit; min-height: 3.5rem; width: 100%; margin-top: 1.5rem;
  box-sizing: border-box; border-radius: 8px; }
input { padding: 0 1rem; border: 1px solid light-dark(#655e52, #b4ac9c); color: inherit;
  background: light-dark(#ffffff, #1f1e18); }
button { border: 0; background: light-dark(#2b6a4d, #7cc4a0); color: light-dark(#ffffff, #15140f); }
"""


def page(
    chinese: str,
    english: str,
    words: Sequence[str],
    *,
    status: int = 200,
    leads_to: str = "",
    script: str = "",
) -> Reply:
    """`words` and `script` stand in the page as they are; the title is escaped.

    `leads_to`: the origin to which a form's answer leads on, if it leads anywhere else.
    """
    head, title = f"{escape(chinese)} · {escape(english)}", both(chinese, english, tag="span")
    html = (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{head}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{'<br>'.join(title)}</h1>{''.join(words)}</main>"
        f"{f'<script>{script}</script>' if script else ''}</body></html>"
    )
    return Reply(html.encode(), status, headers(leads_to, script), "text/html; charset=utf-8")


def headers(leads_to: str = "", script: str = "") -> dict[str, str]:
    """Nothing runs but `script`. Browsers hold a form's redirect to its form-action, too."""
    scripts = f" script-src 'sha256-{_digest(script)}';" if script else ""
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{_digest(_STYLE)}';{scripts} "
            f"form-action 'self'{leads_to and ' ' + leads_to}; "
            "base-uri 'none'; frame-ancestors 'none'"
        ),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex",
    }


def both(chinese: str, english: str, *, tag: str = "p") -> list[str]:
    return [
        f'<{tag} lang="zh-CN">{escape(chinese)}</{tag}>',
        f'<{tag} lang="en">{escape(english)}</{tag}>',
    ]


def fields(body: bytes) -> dict[str, str]:
    """Of a form that was sent, each with its first value; none where it is no form of ours."""
    try:
        parsed = parse_qs(body.decode("utf-8", "replace"), max_num_fields=MAX_FIELDS)
    except ValueError:
        return {}
    return {name: values[0] for name, values in parsed.items()}


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
