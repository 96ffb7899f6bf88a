"""A user's push rules: the predefined ones with the user's changes, and the user's own.

What is kept is only what the user changed, so that a predefined rule of a later version of the
specification reaches everybody. Rules never change: each operation gives new ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, TypeAlias

from teahouse.protocol import canonical_json
from teahouse.protocol.power_levels import PowerLevels
from teahouse.protocol.push_conditions import ME, Occasion
from teahouse.protocol.push_defaults import MASTER, default_rules
from teahouse.protocol.push_evaluation import NOTHING as NOTHING
from teahouse.protocol.push_evaluation import Actions as Actions
from teahouse.protocol.push_evaluation import CompiledRule, Evaluator, compile_rule
from teahouse.protocol.push_rule_body import KINDS as KINDS
from teahouse.protocol.push_rule_body import PushRuleError as PushRuleError
from teahouse.protocol.push_rule_body import check_new_rule_id, read_action_list, read_rule_body

MAX_RULES: Final = 1000
MAX_BYTES: Final = 256 * 1024
MAX_CONDITIONS: Final = 500
"""Of all rules together."""
MAX_PATTERN_BYTES: Final = 16 * 1024
"""Of all patterns together: so much is looked for in each message."""

Rule: TypeAlias = dict[str, Any]
"""As in the API: rule_id, default, enabled, actions, and conditions or pattern by its kind."""

_DEFAULTS: Final = default_rules(ME)
_COMPILED_DEFAULTS: Final[Mapping[str, CompiledRule]] = {
    rule["rule_id"]: compile_rule(kind, rule) for kind in KINDS for rule in _DEFAULTS[kind]
}


def evaluate(
    rules: Rules,
    event: Mapping[str, Any],
    *,
    user_id: str,
    display_name: str | None,
    member_count: int,
    power_levels: PowerLevels | None,
) -> Actions:
    """What `user_id`, whose rules these are, is to be told of `event`, in the form for clients.

    The name is the user's in that room, the count that of its joined members.
    """
    if event["sender"] == user_id:
        return NOTHING
    occasion = Occasion(
        event,
        user_id=user_id,
        member_count=member_count,
        display_name=display_name,
        power_levels=power_levels,
    )
    return rules.evaluator.first(occasion)


def named_users(event: Mapping[str, Any]) -> frozenset[str]:
    """The users for whom unchanged rules may say of `event` other than for everybody else."""
    mentions = event["content"].get("m.mentions")
    user_ids = mentions.get("user_ids") if isinstance(mentions, dict) else None
    named = {u for u in user_ids if isinstance(u, str)} if isinstance(user_ids, list) else set()
    if event["type"] == "m.room.member" and isinstance(event.get("state_key"), str):
        named.add(event["state_key"])
    return frozenset(named)


class Rules:
    def __init__(
        self,
        user_id: str,
        *,
        own: Mapping[str, Sequence[Rule]] | None = None,
        changed: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.user_id = user_id
        self._own: Mapping[str, Sequence[Rule]] = own or {}
        # By rule ID, which predefined rules do not share between kinds.
        self._changed: Mapping[str, Mapping[str, Any]] = changed or {}

    @classmethod
    def from_stored(cls, user_id: str, stored: Mapping[str, Any]) -> Rules:
        return cls(user_id, own=stored.get("own"), changed=stored.get("changed"))

    def stored(self) -> dict[str, Any]:
        """JSON, empty while nothing was changed."""
        stored = {"own": {k: list(r) for k, r in self._own.items() if r}, "changed": self._changed}
        return {key: value for key, value in stored.items() if value}

    @property
    def are_default(self) -> bool:
        return not self._changed and not any(self._own.values())

    def ruleset(self) -> dict[str, list[Rule]]:
        """The `global` ruleset as clients get it, most important rules first."""
        defaults = default_rules(self.user_id)
        return {kind: self._in_order(kind, defaults[kind]) for kind in KINDS}

    def get(self, kind: str, rule_id: str) -> Rule:
        _check_kind(kind)
        for rule in self.ruleset()[kind]:
            if rule["rule_id"] == rule_id:
                return rule
        raise _not_found()

    def put(
        self,
        kind: str,
        rule_id: str,
        body: dict[str, Any],
        *,
        before: str | None = None,
        after: str | None = None,
    ) -> Rules:
        """Add a rule, or update and with `before` or `after` move it."""
        _check_kind(kind)
        check_new_rule_id(rule_id)
        rules = list(self._own.get(kind, ()))
        old_place = _place(rules, rule_id)
        enabled = True
        if old_place is not None:
            enabled = rules.pop(old_place)["enabled"]
        rule = {"rule_id": rule_id, "default": False, "enabled": enabled}
        place = _new_place(rules, before, after, old_place or 0)
        rules.insert(place, {**rule, **read_rule_body(kind, body)})
        changed = self._with_own(kind, rules)
        changed._check_limits()
        return changed

    def delete(self, kind: str, rule_id: str) -> Rules:
        _check_kind(kind)
        rules = list(self._own.get(kind, ()))
        place = _place(rules, rule_id)
        if place is not None:
            del rules[place]
            return self._with_own(kind, rules)
        if _is_default(kind, rule_id):
            raise PushRuleError("M_INVALID_PARAM", "A predefined rule cannot be deleted")
        raise _not_found()

    def set_enabled(self, kind: str, rule_id: str, enabled: object) -> Rules:
        if not isinstance(enabled, bool):
            raise PushRuleError("M_BAD_JSON", "enabled is not a boolean")
        return self._with(kind, rule_id, {"enabled": enabled})

    def set_actions(self, kind: str, rule_id: str, actions: object) -> Rules:
        return self._with(kind, rule_id, {"actions": read_action_list(actions)})

    @cached_property
    def evaluator(self) -> Evaluator:
        if self.are_default:
            return _DEFAULT_EVALUATOR
        return Evaluator(self._compiled())

    def _compiled(self) -> Iterable[CompiledRule]:
        for kind in KINDS:
            for rule in self._in_order(kind, _DEFAULTS[kind]):
                if not rule["enabled"]:
                    continue
                if not rule["default"]:
                    yield compile_rule(kind, rule)
                    continue
                compiled = _COMPILED_DEFAULTS[rule["rule_id"]]
                change = self._changed.get(rule["rule_id"], {})
                if "actions" in change:
                    compiled = compiled.with_actions(change["actions"])
                yield compiled

    def _in_order(self, kind: str, defaults: Iterable[Rule]) -> list[Rule]:
        """The master rule, the user's own, the other predefined ones."""
        predefined = [{**rule, **self._changed.get(rule["rule_id"], {})} for rule in defaults]
        master = [rule for rule in predefined if rule["rule_id"] == MASTER]
        others = [rule for rule in predefined if rule["rule_id"] != MASTER]
        return [*master, *self._own.get(kind, ()), *others]

    def _with(self, kind: str, rule_id: str, change: dict[str, Any]) -> Rules:
        _check_kind(kind)
        rules = list(self._own.get(kind, ()))
        place = _place(rules, rule_id)
        if place is not None:
            rules[place] = {**rules[place], **change}
            changed = self._with_own(kind, rules)
        elif _is_default(kind, rule_id):
            changed = self._with_default(kind, rule_id, change)
        else:
            raise _not_found()
        changed._check_limits()
        return changed

    def _with_default(self, kind: str, rule_id: str, change: dict[str, Any]) -> Rules:
        default = next(rule for rule in _DEFAULTS[kind] if rule["rule_id"] == rule_id)
        merged = {**self._changed.get(rule_id, {}), **change}
        merged = {key: value for key, value in merged.items() if value != default[key]}
        changes = {**self._changed, rule_id: merged}
        if not merged:
            del changes[rule_id]
        return Rules(self.user_id, own=self._own, changed=changes)

    def _with_own(self, kind: str, rules: Sequence[Rule]) -> Rules:
        return Rules(self.user_id, own={**self._own, kind: rules}, changed=self._changed)

    def _check_limits(self) -> None:
        if sum(map(len, self._own.values())) > MAX_RULES:
            raise PushRuleError("M_TOO_LARGE", f"A user has at most {MAX_RULES} push rules")
        own = [rule for rules in self._own.values() for rule in rules]
        conditions = [condition for rule in own for condition in rule.get("conditions", ())]
        if len(conditions) > MAX_CONDITIONS:
            raise PushRuleError(
                "M_TOO_LARGE", f"Push rules have at most {MAX_CONDITIONS} conditions"
            )
        if _pattern_bytes([*own, *conditions]) > MAX_PATTERN_BYTES:
            raise PushRuleError(
                "M_TOO_LARGE", f"Patterns of push rules have at most {MAX_PATTERN_BYTES} bytes"
            )
        if len(canonical_json.encode(self.stored(), strict=False)) > MAX_BYTES:
            raise PushRuleError("M_TOO_LARGE", f"Push rules have at most {MAX_BYTES} bytes")


_DEFAULT_EVALUATOR: Final = Evaluator(Rules(ME)._compiled())


def _pattern_bytes(searching: Iterable[Mapping[str, Any]]) -> int:
    patterns = (one.get("pattern") for one in searching)
    return sum(len(one.encode(errors="replace")) for one in patterns if isinstance(one, str))


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise PushRuleError("M_INVALID_PARAM", "There is no such kind of push rules")


def _is_default(kind: str, rule_id: str) -> bool:
    return any(rule["rule_id"] == rule_id for rule in _DEFAULTS[kind])


def _place(rules: Sequence[Rule], rule_id: str) -> int | None:
    for place, rule in enumerate(rules):
        if rule["rule_id"] == rule_id:
            return place
    return None


def _new_place(rules: Sequence[Rule], before: str | None, after: str | None, otherwise: int) -> int:
    """`before` decides where both are given."""
    relative = before if before is not None else after
    if relative is None:
        return otherwise
    place = _place(rules, relative)
    if place is None:
        raise PushRuleError("M_UNKNOWN", f"before/after rule not found: {relative}")
    return place if before is not None else place + 1


def _not_found() -> PushRuleError:
    return PushRuleError("M_NOT_FOUND", "The push rule was not found.")
