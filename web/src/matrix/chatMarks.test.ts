import { ConditionKind, type IPushRule, type IPushRules, PushRuleKind } from "matrix-js-sdk";
import { describe, expect, it } from "vitest";
import { silencing } from "./chatMarks";

const ROOM = "!tea";
const rule = (rule_id: string, actions: unknown[], enabled = true) =>
  ({ rule_id, actions, enabled, default: false }) as IPushRule;
const rules = (global: IPushRules["global"]): IPushRules => ({ global });

describe("a chat is quiet", () => {
  it.each([
    ["by its own rule, as the SDK writes it", { room: [rule(ROOM, ["dont_notify"])] }, "room"],
    ["by its own rule, as the specification writes it", { room: [rule(ROOM, [])] }, "room"],
    [
      "by the stronger rule of other apps",
      {
        override: [
          {
            ...rule(ROOM, []),
            conditions: [{ kind: ConditionKind.EventMatch, key: "room_id", pattern: ROOM }],
          } as IPushRule,
        ],
      },
      "override",
    ],
  ])("%s", (_, global, kind) => {
    expect(silencing(rules(global), ROOM)).toEqual([{ kind, ruleId: ROOM }]);
  });

  it("by both, and both are known", () => {
    const both = { room: [rule(ROOM, [])], override: [rule(ROOM, [])] };
    const kinds = silencing(rules(both), ROOM).map(({ kind }) => kind);
    expect(kinds).toEqual([PushRuleKind.RoomSpecific, PushRuleKind.Override]);
  });
});

it.each([
  ["has no rules", undefined],
  ["has a rule that tells of it", rules({ room: [rule(ROOM, ["notify"])] })],
  ["has a rule that is off", rules({ room: [rule(ROOM, [], false)] })],
  ["is not the one that the rule is for", rules({ room: [rule("!other", [])] })],
])("a chat is not quiet when it %s", (_, known) => {
  expect(silencing(known, ROOM)).toEqual([]);
});
