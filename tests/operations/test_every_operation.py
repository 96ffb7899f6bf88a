"""Every operation is called, rightly and wrongly: always a clear answer, never a failure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.contract import Operation, operations
from tests.operations.calls import CALLS, Call
from tests.operations.scene import Scene, filled, path_of
from tests.people import Person
from tools.matrix_table import REFUSED

BRIDGES_ONLY = ("pingAppservice", "updateAppserviceRoomDirectoryVisibility")
WRONG_VALUES: tuple[Any, ...] = (None, -(2**60), 1.5, "\0", "茶" * 300, {"": {}}, [[]])
NOT_JSON = (b"{", b"tea", b'{"a":NaN}', b"{}{}", b"[" * 5000)
NOT_AN_OBJECT = (b"[]", b"null", b'"text"', b"7", b"true", b"[{}]")


async def test_every_operation_asks_for_a_token_that_is_known(scene: Scene) -> None:
    nobody = Person(scene.http)
    for operation in operations():
        if not operation.needs_token or operation.name in BRIDGES_ONLY:
            continue
        if operation.name in REFUSED:
            continue
        (await scene.call(operation, nobody)).refused(401, "M_MISSING_TOKEN")
        (await scene.call(operation, nobody, token="x" * 40)).refused(401, "M_UNKNOWN_TOKEN")


async def test_a_body_that_is_none_is_refused_in_the_specifications_words(scene: Scene) -> None:
    owner = scene.people["owner"]
    wrong = []
    for operation in operations():
        if operation.body is None or operation.name in REFUSED:
            continue
        await scene.prepare(operation)
        for body in (*NOT_JSON, *NOT_AN_OBJECT):
            answer = await sent(scene, operation, owner, body)
            errcodes = ("M_NOT_JSON",) if body in NOT_JSON else ("M_BAD_JSON",)
            if answer.status not in (400, 403, 404) or answer.errcode not in errcodes + SOONER:
                wrong.append((operation.name, body[:20], answer.status, answer.body))
    assert not wrong, "\n".join(map(str, wrong))


async def test_an_empty_body_never_breaks_anything(scene: Scene) -> None:
    owner = scene.people["owner"]
    for operation in operations():
        if operation.body is not None:
            await scene.prepare(operation)
            answer = await sent(scene, operation, owner, b"")
            assert answer.status < 500, (operation.name, answer.body)


SOONER = ("M_FORBIDDEN", "M_MISSING_TOKEN", "M_THREEPID_DENIED")
"""What is refused before the body is read."""


async def test_a_field_of_a_wrong_type_never_breaks_anything(scene: Scene) -> None:
    owner = scene.people["owner"]
    for operation in operations():
        for body in twisted(scene, operation):
            answer = await sent(scene, operation, owner, body)
            assert answer.status < 500, (operation.name, body, answer.body)


async def test_a_nul_in_any_text_of_a_body_never_breaks_anything(scene: Scene) -> None:
    owner = scene.people["owner"]
    values = {**scene.values, "self": owner.user_id}
    for operation in operations():
        for body in with_a_nul(filled(CALLS.get(operation.name, Call()).body, values)):
            answer = await sent(scene, operation, owner, body)
            assert answer.status < 500, (operation.name, body, answer.body)


async def test_a_query_of_a_wrong_form_never_breaks_anything(scene: Scene) -> None:
    owner = scene.people["owner"]
    for operation in operations():
        for name in (p["name"] for p in operation.parameters if p["in"] == "query"):
            for value in (
                "",
                "-1",
                "--1",
                "1-",
                "²",
                "1.5",
                "x",
                "\0",
                "9" * 30,
                "{}",
                "茶",
                "{" * 50,
            ):
                answer = await sent(scene, operation, owner, None, {name: value})
                assert answer.status < 500, (operation.name, name, value, answer.body)


async def test_a_path_of_a_wrong_form_never_breaks_anything(scene: Scene) -> None:
    owner = scene.people["owner"]
    for operation in operations():
        for name in operation.path_names:
            for value in ("x", "\0", "%", "!", "@:", "$", "#:", "茶" * 300, "..", "a/b"):
                answer = await scene.call(operation, owner, **{name: value})
                assert answer.status < 500, (operation.name, name, value, answer.body)


def twisted(scene: Scene, operation: Operation) -> Iterator[Any]:
    """The well-formed body with one field after the other of a wrong type."""
    body = CALLS.get(operation.name, Call()).body
    if not isinstance(body, dict):
        return
    properties = (operation.body or {}).get("properties", {})
    for name in sorted({*body, *properties} - {"auth"}):
        for wrong in WRONG_VALUES:
            yield {**filled(body, {**scene.values, "self": scene.values["userId"]}), name: wrong}


def with_a_nul(body: Any) -> Iterator[Any]:
    """The well-formed body with a NUL in one text after the other, names of fields too."""
    if isinstance(body, str):
        yield body + "\0"
    elif isinstance(body, list):
        for place, one in enumerate(body):
            yield from ([*body[:place], bad, *body[place + 1 :]] for bad in with_a_nul(one))
    elif isinstance(body, dict):
        for name, value in body.items():
            yield {other + "\0" * (other == name): body[other] for other in body}
            yield from ({**body, name: bad} for bad in with_a_nul(value))


async def sent(
    scene: Scene, operation: Operation, caller: Person, body: Any, query: Any = None
) -> Any:
    call = CALLS.get(operation.name, Call())
    values = {"self": caller.user_id, **scene.values}
    path = path_of(operation, Call(call.body, {**call.query, **(query or {})}, call.path), values)
    return await caller.call(operation.method, path, body)
