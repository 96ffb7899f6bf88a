"""Which push rule an event meets first, and what it asks for.

Most rules are about one type of event, one room or one sender. For each such value the rules
that can match at all are found once, and only what is left of their conditions is asked for each
event. So the price of a message does not grow with the rooms that its reader has muted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from teahouse.protocol.push_conditions import (
    STATIC_KEYS,
    Occasion,
    Question,
    Test,
    compile_condition,
    content_pattern,
    exact_test,
    static_test,
)

MAX_PLANS: Final = 128


@dataclass(frozen=True, slots=True)
class Actions:
    """What a rule asks for; `tweaks` is for the push gateway, `highlight` and `sound` included."""

    notify: bool
    highlight: bool
    sound: str | None
    tweaks: Mapping[str, Any] = field(default_factory=dict)


NOTHING: Final = Actions(notify=False, highlight=False, sound=None)


def read_actions(actions: Iterable[Any]) -> Actions:
    """Unknown actions, `dont_notify` and `coalesce` among them, are ignored."""
    actions = list(actions)
    if "notify" not in actions:
        return NOTHING
    tweaks: dict[str, Any] = {}
    for action in actions:
        if isinstance(action, dict) and isinstance(action.get("set_tweak"), str):
            tweaks[action["set_tweak"]] = action.get("value")
    if "highlight" in tweaks:
        # "If a highlight tweak is given with no value, its value is defined to be true."
        tweaks["highlight"] = tweaks["highlight"] is not False
    sound = tweaks.get("sound")
    return Actions(
        notify=True,
        highlight=tweaks.get("highlight", False),
        sound=sound if isinstance(sound, str) else None,
        tweaks=tweaks,
    )


class CompiledRule:
    """A rule that is enabled: all its tests and all its questions must hold."""

    __slots__ = ("actions", "questions", "tests")

    def __init__(self, tests: list[Test], questions: list[Question], actions: Actions) -> None:
        self.tests = tests
        self.questions = questions
        self.actions = actions

    def with_actions(self, actions: Iterable[Any]) -> CompiledRule:
        return CompiledRule(self.tests, self.questions, read_actions(actions))

    def can_match(self, values: Mapping[str, Any]) -> bool:
        for test in self.tests:
            value = values[test.key]
            if not isinstance(value, str) or not test.passes(value):
                return False
        return True


def compile_rule(kind: str, rule: Mapping[str, Any]) -> CompiledRule:
    tests: list[Test] = []
    questions: list[Question] = []
    match kind:
        case "room":
            tests.append(exact_test("room_id", rule["rule_id"]))
        case "sender":
            tests.append(exact_test("sender", rule["rule_id"]))
        case "content":
            questions.append(content_pattern(rule["pattern"]))
        case _:
            for condition in rule["conditions"]:
                test = static_test(condition)
                if test is not None:
                    tests.append(test)
                else:
                    questions.append(compile_condition(condition))
    return CompiledRule(tests, questions, read_actions(rule["actions"]))


class Evaluator:
    """Enabled rules, most important first."""

    __slots__ = ("_keys", "_plans", "_rules")

    def __init__(self, rules: Iterable[CompiledRule]) -> None:
        self._rules = list(rules)
        tests = [test for rule in self._rules for test in rule.tests]
        self._keys = [(key, _named_values(tests, key)) for key in STATIC_KEYS]
        self._plans: dict[tuple[Any, ...], list[CompiledRule]] = {}

    def first(self, occasion: Occasion) -> Actions:
        """What the first rule that matches asks for."""
        for rule in self.plan_for(occasion.event):
            for question in rule.questions:
                if not question(occasion):
                    break
            else:
                return rule.actions
        return NOTHING

    def plan_for(self, event: Mapping[str, Any]) -> list[CompiledRule]:
        """The rules that can match such an event, in order."""
        values = tuple([_value(event.get(key), named) for key, named in self._keys])
        plan = self._plans.get(values)
        return self._plan(values) if plan is None else plan

    def _plan(self, values: tuple[Any, ...]) -> list[CompiledRule]:
        by_key = {key: value for (key, _), value in zip(self._keys, values, strict=True)}
        plan = []
        for rule in self._rules:
            if rule.can_match(by_key):
                plan.append(rule)
                if not rule.questions:
                    break
        if len(self._plans) >= MAX_PLANS:
            self._plans.clear()
        self._plans[values] = plan
        return plan


def _named_values(tests: list[Test], key: str) -> frozenset[str] | None:
    """The values of `key` that make a difference, in lower case; None when any may."""
    values = [test.only for test in tests if test.key == key]
    named = frozenset(value for value in values if value is not None)
    return None if None in values else named


def _value(value: Any, named: frozenset[str] | None) -> Any:
    if named is None or (type(value) is str and value.lower() in named):
        return value if type(value) is str else None
    return None
