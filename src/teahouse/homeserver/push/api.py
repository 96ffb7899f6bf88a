"""Push rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from teahouse.homeserver.push.misplaced_api import misplaced_routes
from teahouse.homeserver.push.service import PushRules, refusal
from teahouse.kit.errors import missing_param
from teahouse.kit.http import Request, Route
from teahouse.protocol.push_rules import PushRuleError, Rule, Rules


class PushRulesApi:
    def __init__(self, push_rules: PushRules) -> None:
        self._push_rules = push_rules

    def routes(self) -> Sequence[Route]:
        rules = "/_matrix/client/v3/pushrules/"
        rule = rules + "global/{kind}/{ruleId}"
        return [
            Route("GET", rules, self.getPushRules),
            Route("GET", rules + "global/", self.getPushRulesGlobal),
            Route("GET", rule, self.getPushRule),
            Route("PUT", rule, self.setPushRule),
            Route("DELETE", rule, self.deletePushRule),
            Route("GET", rule + "/enabled", self.isPushRuleEnabled),
            Route("PUT", rule + "/enabled", self.setPushRuleEnabled),
            Route("GET", rule + "/actions", self.getPushRuleActions),
            Route("PUT", rule + "/actions", self.setPushRuleActions),
            *misplaced_routes(),
        ]

    async def getPushRules(self, request: Request) -> Any:
        return {"global": (await self._push_rules.get(request.user_id)).ruleset()}

    async def getPushRulesGlobal(self, request: Request) -> Any:
        return (await self._push_rules.get(request.user_id)).ruleset()

    async def getPushRule(self, request: Request) -> Any:
        return await self._rule(request)

    async def setPushRule(self, request: Request) -> Any:
        kind, rule_id = request["kind"], request["ruleId"]
        body = await request.json_object(strict=False)
        before, after = request.query("before"), request.query("after")
        return await self._change(
            request, lambda rules: rules.put(kind, rule_id, body, before=before, after=after)
        )

    async def deletePushRule(self, request: Request) -> Any:
        kind, rule_id = request["kind"], request["ruleId"]
        return await self._change(request, lambda rules: rules.delete(kind, rule_id))

    async def isPushRuleEnabled(self, request: Request) -> Any:
        return {"enabled": (await self._rule(request))["enabled"]}

    async def setPushRuleEnabled(self, request: Request) -> Any:
        kind, rule_id = request["kind"], request["ruleId"]
        enabled = await _required(request, "enabled")
        return await self._change(request, lambda rules: rules.set_enabled(kind, rule_id, enabled))

    async def getPushRuleActions(self, request: Request) -> Any:
        return {"actions": (await self._rule(request))["actions"]}

    async def setPushRuleActions(self, request: Request) -> Any:
        kind, rule_id = request["kind"], request["ruleId"]
        actions = await _required(request, "actions")
        return await self._change(request, lambda rules: rules.set_actions(kind, rule_id, actions))

    async def _rule(self, request: Request) -> Rule:
        rules = await self._push_rules.get(request.user_id)
        try:
            return rules.get(request["kind"], request["ruleId"])
        except PushRuleError as error:
            raise refusal(error) from None

    async def _change(self, request: Request, operation: Callable[[Rules], Rules]) -> bytes:
        await self._push_rules.change(request.user_id, operation)
        return b"{}"


async def _required(request: Request, key: str) -> Any:
    body = await request.json_object(strict=False)
    if key not in body:
        raise missing_param(key)
    return body[key]
