"""The page that a letter's link leads to."""

from __future__ import annotations

from urllib.parse import quote

from tests.post_office import PostOffice
from tests.threepids.correspondent import ADD, CONFIRM, REGISTER, Correspondent

NEXT = "https://app.example:8443/done?a=1&b=%3Cscript%3E#'top"


async def test_the_page_asks_for_a_button_and_can_run_nothing(
    nobody: Correspondent, office: PostOffice
) -> None:
    (await nobody.ask(REGISTER, "do'ra&co@mail.example")).ok()
    letter = await office.has(1)
    page = await nobody.open(letter)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "form-action 'self'; base-uri 'none'; frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert 'lang="zh-CN"' in page.text
    assert 'lang="en"' in page.text
    assert "do&#x27;ra&amp;co@mail.example" in page.text
    assert '<form method="post"' in page.text
    assert "<script" not in page.text
    # However often it is opened.
    assert (await nobody.open(letter)).text == page.text
    done = await nobody.press(letter)
    assert "已确认" in done.text
    assert "<form" not in done.text
    assert (await nobody.press(letter)).text == (await nobody.open(letter)).text == done.text


async def test_the_button_leads_on_to_where_the_client_said(
    nobody: Correspondent, office: PostOffice
) -> None:
    (await nobody.ask(ADD, "dora@mail.example", next_link=NEXT)).ok()
    letter = await office.has(1)
    page = await nobody.open(letter)
    assert "This leads on to app.example:8443" in page.text
    policy = page.headers["content-security-policy"]
    assert "form-action 'self' https://app.example:8443;" in policy
    led = await nobody.press(letter)
    assert (led.status_code, led.headers["location"]) == (303, NEXT)


async def test_a_link_that_is_not_one_of_ours_says_so(
    nobody: Correspondent, office: PostOffice
) -> None:
    (await nobody.ask(REGISTER, "dora@mail.example")).ok()
    form = (await office.has(1)).form
    wrong = [
        {},
        {"sid": form["sid"]},
        {"token": form["token"]},
        form | {"token": form["token"][:-1] + "~"},
        form | {"sid": "x" * 43},
        form | {"sid": "x" * 300},
        form | {"token": "茶"},
    ]
    for one in wrong:
        query = "&".join(f"{name}={quote(value)}" for name, value in one.items())
        opened = await nobody.http.get(f"{CONFIRM}?{query}")
        pressed = await nobody.http.post(CONFIRM, data=one)
        assert (opened.status_code, pressed.status_code) == (404, 404)
        assert opened.headers["content-type"] == "text/html; charset=utf-8"
    crowded = await nobody.http.post(CONFIRM, content="sid=x&token=y" + "&a=b" * 20)
    assert crowded.status_code == 404
    # No query has a NUL, for anybody.
    assert (await nobody.http.get(f"{CONFIRM}?sid=%00&token=x")).status_code == 400
    assert (await nobody.http.post(CONFIRM, data={"sid": "a\0b"})).status_code == 404
    assert (await nobody.http.post(CONFIRM, content=b"\xff\xfe=&&;=")).status_code == 404
    assert (await nobody.http.post(CONFIRM, content=b"x" * 5000)).status_code == 413
    assert (await nobody.http.post(CONFIRM, data=form)).status_code == 200
