import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { login, nameAvailable, offersEmail } from "./auth";
import { sendAgain, sendLetter } from "./authLetter";
import { PasswordReset } from "./authReset";
import { goOn, signUp, type Wish } from "./authSignUp";
import { demandsOf, documentsIn, easiestFlow } from "./authSteps";

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

const wish = (changes: Partial<Wish> = {}): Wish => ({
  name: "lan",
  password: "seven cups",
  hasAccepted: false,
  ...changes,
});

/** For a sign-up that needs no letter. */
async function register(invitation?: string) {
  const outcome = await signUp(wish({ invitation }));
  if (!("done" in outcome)) throw new Error("it waits");
  return outcome.done;
}

const kinds = () => asked.map(({ body }) => (body.auth as { type?: string })?.type);

describe("creating an account", () => {
  it("answers the step that the server asks for", async () => {
    script = [flows(["m.login.dummy"]), DONE];
    const session = await register();
    expect(session).toMatchObject({ userId: "@lan:tea.example", stage: "setup" });
    expect(asked[1]?.body.auth).toEqual({ type: "m.login.dummy", session: "s1" });
  });

  it("gives the invitation where one is needed, and only there", async () => {
    script = [flows(["m.login.registration_token"]), DONE];
    await register("welcome");
    expect(asked[1]?.body.auth).toMatchObject({
      type: "m.login.registration_token",
      token: "welcome",
    });

    script = [flows(["m.login.registration_token"], ["m.login.dummy"]), DONE];
    await register("welcome");
    expect(asked[3]?.body.auth).toMatchObject({ type: "m.login.dummy" });
  });

  it("goes through several steps", async () => {
    const both = ["m.login.registration_token", "m.login.dummy"];
    const second = flows(both);
    Object.assign(second.body, { completed: ["m.login.registration_token"] });
    script = [flows(both), second, DONE];
    await register("welcome");
    expect(kinds()).toEqual([undefined, "m.login.registration_token", "m.login.dummy"]);
  });

  it("asks for an invitation when none was given, and says when one is no good", async () => {
    script = [flows(["m.login.registration_token"])];
    await expect(register()).rejects.toMatchObject({
      code: "INVITATION_NEEDED",
    });
    const refused = flows(["m.login.registration_token"]);
    Object.assign(refused.body, { errcode: "M_FORBIDDEN" });
    script = [flows(["m.login.registration_token"]), refused];
    await expect(register("old")).rejects.toMatchObject({
      code: "INVITATION_REFUSED",
    });
  });

  it("gives up at a step that it does not know", async () => {
    script = [flows(["m.login.recaptcha"])];
    await expect(register()).rejects.toMatchObject({
      code: "M_FORBIDDEN",
    });
  });
});

describe("the way that is chosen", () => {
  it("asks for nothing that the server does not require", () => {
    const many = [["m.login.email.identity"], ["m.login.terms"], ["m.login.recaptcha"]];
    expect(easiestFlow(flows(...many).body)).toEqual(["m.login.terms"]);
    expect(easiestFlow(flows(...many, ["m.login.dummy"]).body)).toEqual(["m.login.dummy"]);
    expect(demandsOf(flows(["m.login.dummy"], ["m.login.email.identity"]).body)).toEqual({
      invitation: false,
      email: false,
      policies: {},
    });
  });

  it("shows each document in the language of the person, else in another", () => {
    const of = (name: string) => ({ name, url: `https://tea.example/${name}` });
    const policies = {
      terms: { version: "1", en: of("terms"), "zh-CN": of("tiaokuan") },
      privacy: { version: "2", "zh-Hant": of("yinsi"), en: of("privacy") },
      house: { version: "3", fr: of("maison") },
      broken: { version: "4", en: { name: "broken", url: "javascript:alert(1)" } },
    };
    const names = (language: string) => documentsIn(policies, language).map(({ name }) => name);
    expect(names("zh-CN")).toEqual(["tiaokuan", "yinsi", "maison"]);
    expect(names("en")).toEqual(["terms", "privacy", "maison"]);
  });
});

describe("creating an account with documents and a letter", () => {
  const ALL = ["m.login.registration_token", "m.login.terms", "m.login.email.identity"];
  const passed = (completed: string[], more: object = {}) => {
    const step = flows(ALL);
    return { ...step, body: { ...step.body, completed, ...more } };
  };
  const whole = wish({ invitation: "welcome", hasAccepted: true, address: "lan@tea.example" });
  const notYet = passed(ALL.slice(0, 2), { errcode: "M_UNAUTHORIZED" });
  const sent = { status: 200, body: { sid: "S" } };
  const toLetter = () => [
    passed([]),
    passed(ALL.slice(0, 1)),
    passed(ALL.slice(0, 2)),
    sent,
    notYet,
  ];

  async function waiting() {
    script = toLetter();
    const outcome = await signUp(whole);
    if ("done" in outcome) throw new Error("it does not wait");
    return outcome;
  }

  it("waits for the link of the letter, and goes on in the same sign-up", async () => {
    const { waits, isOver } = await waiting();
    expect(isOver).toBe(false);
    expect(kinds()).toEqual([undefined, ALL[0], ALL[1], undefined, ALL[2]]);
    expect(asked[3]?.body).toMatchObject({ email: "lan@tea.example", send_attempt: 1 });

    script = [notYet, DONE];
    expect(await goOn(whole, waits)).toMatchObject({ isOver: false });
    expect(await goOn(whole, waits)).toMatchObject({ done: { userId: "@lan:tea.example" } });
    expect(asked.at(-1)?.body.auth).toEqual({
      type: ALL[2],
      session: "s1",
      threepid_creds: { sid: "S", client_secret: waits.letter.secret },
    });
  });

  it("sends no second letter to the same address, and one to another", async () => {
    const { waits } = await waiting();
    script = [passed(ALL.slice(0, 2)), notYet];
    await signUp(whole, undefined, waits.letter);
    script = [passed(ALL.slice(0, 2)), sent, notYet];
    await signUp({ ...whole, address: "other@tea.example" }, undefined, waits.letter);
    expect(asked.filter(({ path }) => path.includes("requestToken"))).toHaveLength(2);
  });

  it("passes the other steps again when the server has forgotten them", async () => {
    const { waits } = await waiting();
    const forgotten = passed([], { session: "s2", errcode: "M_FORBIDDEN" });
    const [, token, terms] = toLetter().map(({ status, body }) => ({
      status,
      body: { ...body, session: "s2" },
    }));
    script = [forgotten, token ?? DONE, terms ?? DONE, DONE];
    expect(await goOn(whole, waits)).toHaveProperty("done");
    expect(kinds().slice(-3)).toEqual(ALL);
  });

  it("says when the letter is too old, and what is wrong with an address", async () => {
    const { waits } = await waiting();
    script = [passed(ALL.slice(0, 2), { errcode: "M_THREEPID_AUTH_FAILED" })];
    expect(await goOn(whole, waits)).toMatchObject({ isOver: true });
    script = [{ status: 200, body: { sid: "S" } }];
    expect(await sendAgain(waits.letter)).toMatchObject({ attempt: 2, sid: "S" });
    script = [{ status: 400, body: { errcode: "M_INVALID_PARAM" } }];
    await expect(sendLetter("register", "lan@")).rejects.toMatchObject({ code: "BAD_ADDRESS" });
  });

  it("asks for what is missing", async () => {
    const cases = [
      [{ ...whole, hasAccepted: false }, passed(ALL.slice(0, 1)), "TERMS_NEEDED"],
      [{ ...whole, address: undefined }, passed(ALL.slice(0, 2)), "EMAIL_NEEDED"],
    ] as const;
    for (const [incomplete, step, code] of cases) {
      script = [step];
      await expect(signUp(incomplete)).rejects.toMatchObject({ code });
    }
  });
});

describe("a new password through a letter", () => {
  const letter = {
    purpose: "account/password",
    address: "lan@tea.example",
    secret: "secret",
    sid: "S",
    attempt: 1,
  } as const;
  const refused = (errcode: string) => {
    const step = flows(["m.login.email.identity"]);
    return { ...step, body: { ...step.body, errcode } };
  };

  it("is set once the link was opened", async () => {
    const reset = new PasswordReset(letter);
    script = [refused("M_UNAUTHORIZED"), { status: 200, body: {} }];
    expect(await reset.set("eight cups", false)).toBe("unopened");
    expect(await reset.set("eight cups", true)).toBe("taken");
    expect(asked.map(({ body }) => body.logout_devices)).toEqual([false, true]);
    expect(asked[1]?.body.auth).toMatchObject({ session: "s1" });
  });

  it("is not set by a letter that is too old", async () => {
    script = [refused("M_THREEPID_AUTH_FAILED")];
    expect(await new PasswordReset(letter).set("eight cups", false)).toBe("over");
  });

  it("is offered where the server says so", async () => {
    script = [
      { status: 200, body: { unstable_features: { "im.teahouse.email": true } } },
      { status: 200, body: { unstable_features: { "im.teahouse.email": false } } },
      { status: 200, body: {} },
    ];
    expect([await offersEmail(), await offersEmail(), await offersEmail()]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe("signing in", () => {
  it("needs the recovery key next", async () => {
    script = [DONE];
    expect(await login("lan", "seven cups")).toMatchObject({ stage: "unlock", deviceId: "D" });
  });

  it("takes the e-mail address of the account, too", async () => {
    script = [DONE, DONE];
    await login("Lan", "seven cups");
    await login("Lan@tea.example", "seven cups");
    expect(asked.map(({ body }) => body.identifier)).toEqual([
      { type: "m.id.user", user: "lan" },
      { type: "m.id.thirdparty", medium: "email", address: "Lan@tea.example" },
    ]);
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
