import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { login, nameAvailable, register } from "./auth";

/** The server at the outer edge: answers in the order of the script, and remembers what was asked. */
let script: { status: number; body: unknown }[];
let asked: { path: string; body: Record<string, unknown> }[];

beforeEach(() => {
  script = [];
  asked = [];
  vi.stubGlobal("fetch", async (path: string, options: { body?: string }) => {
    asked.push({ path, body: JSON.parse(options.body ?? "{}") });
    const answer = script.shift();
    if (!answer) throw new TypeError("no connection");
    return new Response(JSON.stringify(answer.body), { status: answer.status });
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

const DONE = {
  status: 200,
  body: { user_id: "@lan:tea.example", device_id: "D", access_token: "secret" },
};
const flows = (...stages: string[][]) => ({
  status: 401,
  body: { session: "s1", flows: stages.map((list) => ({ stages: list })) },
});

describe("creating an account", () => {
  it("answers the step that the server asks for", async () => {
    script = [flows(["m.login.dummy"]), DONE];
    const session = await register("lan", "seven cups", undefined);
    expect(session).toMatchObject({ userId: "@lan:tea.example", stage: "setup" });
    expect(asked[1]?.body.auth).toEqual({ type: "m.login.dummy", session: "s1" });
  });

  it("gives the invitation where one is needed, and only there", async () => {
    script = [flows(["m.login.registration_token"]), DONE];
    await register("lan", "seven cups", "welcome");
    expect(asked[1]?.body.auth).toMatchObject({
      type: "m.login.registration_token",
      token: "welcome",
    });

    script = [flows(["m.login.registration_token"], ["m.login.dummy"]), DONE];
    await register("lan", "seven cups", "welcome");
    expect(asked[3]?.body.auth).toMatchObject({ type: "m.login.dummy" });
  });

  it("goes through several steps", async () => {
    const both = ["m.login.registration_token", "m.login.dummy"];
    const second = flows(both);
    Object.assign(second.body, { completed: ["m.login.registration_token"] });
    script = [flows(both), second, DONE];
    await register("lan", "seven cups", "welcome");
    expect(asked.map(({ body }) => (body.auth as { type?: string })?.type)).toEqual([
      undefined,
      "m.login.registration_token",
      "m.login.dummy",
    ]);
  });

  it("asks for an invitation when none was given, and says when one is no good", async () => {
    script = [flows(["m.login.registration_token"])];
    await expect(register("lan", "seven cups", undefined)).rejects.toMatchObject({
      code: "INVITATION_NEEDED",
    });
    const refused = flows(["m.login.registration_token"]);
    Object.assign(refused.body, { errcode: "M_FORBIDDEN" });
    script = [flows(["m.login.registration_token"]), refused];
    await expect(register("lan", "seven cups", "old")).rejects.toMatchObject({
      code: "INVITATION_REFUSED",
    });
  });

  it("gives up at a step that it does not know", async () => {
    script = [flows(["m.login.recaptcha"])];
    await expect(register("lan", "seven cups", undefined)).rejects.toMatchObject({
      code: "M_FORBIDDEN",
    });
  });
});

describe("signing in", () => {
  it("needs the recovery key next", async () => {
    script = [DONE];
    expect(await login("lan", "seven cups")).toMatchObject({ stage: "unlock", deviceId: "D" });
  });

  it("says what the server refused, and when there was no server", async () => {
    script = [{ status: 403, body: { errcode: "M_FORBIDDEN" } }];
    await expect(login("lan", "wrong")).rejects.toMatchObject({ code: "M_FORBIDDEN", status: 403 });
    await expect(login("lan", "seven cups")).rejects.toMatchObject({
      offline: true,
      passing: true,
    });
  });
});

it("a name is free, taken or not possible; anything else is a problem", async () => {
  script = [
    { status: 200, body: { available: true } },
    { status: 400, body: { errcode: "M_USER_IN_USE" } },
    { status: 400, body: { errcode: "M_INVALID_USERNAME" } },
  ];
  expect(await nameAvailable("lan")).toBe("free");
  expect(await nameAvailable("lan")).toBe("taken");
  expect(await nameAvailable("LAN")).toBe("invalid");
  await expect(nameAvailable("lan")).rejects.toMatchObject({ offline: true });
});
