"""JSON of every shape, most of it wrong."""

from __future__ import annotations

import random
from typing import Any

TEXTS = (
    *("", " ", "\0", "\ud83d", "茶" * 100, "x" * 300, "null", "../..", "%00", "@", "@:", "!"),
    *("#a:b:c", "$", "mxc://", "m.room.member", "__proto__", "\u202e", "a\nb\r\nc", "1e999"),
    *("@alice:elsewhere.example", "http://127.0.0.1/", "[::1]", "*", "?" * 200, "{}", "\x7f"),
)
NUMBERS = (0, -1, 1, 255, 2**31, 2**53, -(2**53), 2**63, 2**64, 10**40, 0.5, -0.0, 1e300)
DEEPEST = 4


def anything(dice: random.Random, depth: int = 0) -> Any:
    kind = dice.randrange(8 if depth < DEEPEST else 5)
    if kind == 0:
        return None
    if kind == 1:
        return dice.random() < 0.5
    if kind == 2:
        return dice.choice(NUMBERS)
    if kind in (3, 4):
        return dice.choice(TEXTS)
    if kind in (5, 6):
        return {dice.choice(TEXTS): anything(dice, depth + 1) for _ in range(dice.randrange(4))}
    return [anything(dice, depth + 1) for _ in range(dice.randrange(4))]


def twisted(dice: random.Random, body: Any) -> Any:
    """`body` with something in it of another kind, at any depth."""
    if dice.random() < 0.25 or not body:
        return anything(dice)
    if isinstance(body, dict):
        key = dice.choice(sorted(body))
        return {**body, key: twisted(dice, body[key])}
    if isinstance(body, list):
        place = dice.randrange(len(body))
        return [*body[:place], twisted(dice, body[place]), *body[place + 1 :]]
    return anything(dice)
