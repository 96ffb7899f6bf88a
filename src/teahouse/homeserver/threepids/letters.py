"""What is written to people, in their language; in both when it is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from teahouse.homeserver.threepids.sessions import Purpose
from teahouse.kit.mail import Letter
from teahouse.protocol.email_addresses import mailbox_of

LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Words:
    subject: str
    text: str


_CLOSE = {
    "zh": "这不是您本人的操作？请忽略这封邮件，什么都不会改变。",
    "en": "Was this not you? Then leave this letter alone, and nothing will change.",
}
_OPEN = {
    "zh": "请打开下面的链接，然后按页面上的按钮。链接一小时内有效。",
    "en": "Open this link and press the button on the page. The link is good for one hour.",
}


def _words(language: str, subject: str, first: str, *, with_link: bool) -> Words:
    parts = [first, *([_OPEN[language], "{link}"] if with_link else []), _CLOSE[language]]
    return Words(subject, "\n\n".join(parts))


CONFIRM = {
    Purpose.REGISTER: {
        "zh": _words(
            "zh", "{server}：确认您的邮箱", "有人正用这个邮箱在 {server} 注册账号。", with_link=True
        ),
        "en": _words(
            "en",
            "{server}: confirm your e-mail address",
            "Somebody is making an account on {server} with this e-mail address.",
            with_link=True,
        ),
    },
    Purpose.RESET: {
        "zh": _words(
            "zh", "{server}：设置新密码", "有人想给您在 {server} 的账号设置新密码。", with_link=True
        ),
        "en": _words(
            "en",
            "{server}: set a new password",
            "Somebody wants to set a new password for your account on {server}.",
            with_link=True,
        ),
    },
    Purpose.ADD: {
        "zh": _words(
            "zh",
            "{server}：确认您的邮箱",
            "有人想把这个邮箱加到 {server} 的账号上。",
            with_link=True,
        ),
        "en": _words(
            "en",
            "{server}: confirm your e-mail address",
            "Somebody wants to add this e-mail address to an account on {server}.",
            with_link=True,
        ),
    },
}
"""The letter with the link."""

UNSUITED = {
    True: {
        "zh": _words(
            "zh",
            "{server}：没有账号使用这个邮箱",
            "有人想用这个邮箱给 {server} 的账号设置新密码，但这里没有账号使用它。"
            "也许您注册时用的是另一个邮箱。您也可以新建一个账号：{home}",
            with_link=False,
        ),
        "en": _words(
            "en",
            "{server}: no account has this e-mail address",
            "Somebody asked to set a new password on {server} with this e-mail address, but no "
            "account there has it. Perhaps you signed up with another one. You can also make an "
            "account: {home}",
            with_link=False,
        ),
    },
    False: {
        "zh": _words(
            "zh",
            "{server}：您已经有账号了",
            "有人想在 {server} 使用这个邮箱，但它已经属于一个账号。"
            "您可以直接登录；忘记了密码，可以用这个邮箱设置新密码：{home}",
            with_link=False,
        ),
        "en": _words(
            "en",
            "{server}: you have an account already",
            "Somebody wanted to use this e-mail address on {server}, but it belongs to an account "
            "already. You can sign in; if you forgot the password, set a new one through this "
            "address: {home}",
            with_link=False,
        ),
    },
}
"""By Purpose.is_for_owner: tells the reader, and nobody else, why it goes no further."""


def compose(
    words: dict[str, Words], languages: Sequence[str], address: str, **values: str
) -> Letter:
    chosen = [words[language] for language in languages]
    return Letter(
        mailbox_of(address),
        " / ".join(one.subject.format(**values) for one in chosen),
        "\n\n----\n\n".join(one.text.format(**values) for one in chosen) + "\n",
    )


def languages_of(accept_language: str | None) -> Sequence[str]:
    """The one that the browser likes best, of those that we write; else all."""
    offers = [_offer(part) for part in (accept_language or "")[:1000].split(",")]
    known = [(weight, name) for name, weight in offers if name in LANGUAGES and weight > 0]
    # The first of equals: max() keeps it.
    return [max(known, key=lambda offer: offer[0])[1]] if known else LANGUAGES


def _offer(part: str) -> tuple[str, float]:
    tag, _, weight = part.partition(";")
    try:
        value = float(weight.strip().removeprefix("q=")) if weight.strip() else 1.0
    except ValueError:
        value = 0.0
    return tag.strip().lower().partition("-")[0], value
