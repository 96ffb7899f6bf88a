import { describe, expect, it } from "vitest";
import { draftKey, newer, open, readDraft, seal } from "./sealed";

const ROOM = "!tea:tea.example";
const backupKey = (fill: number) => new Uint8Array(32).fill(fill);
const draft = { text: "半句话 and a half", atMs: 1_000 };

describe("a sealed draft", () => {
  it("opens on every device that has the backup's key", async () => {
    const sealed = await seal(await draftKey(backupKey(7)), ROOM, draft);
    expect(await open(await draftKey(backupKey(7)), ROOM, sealed)).toEqual(draft);
  });

  it("is the same to nobody else: no word, no length, no repetition", async () => {
    const key = await draftKey(backupKey(7));
    const sealed = await seal(key, ROOM, draft);
    const again = await seal(key, ROOM, draft);
    const gone = await seal(key, ROOM, { text: "", atMs: 2_000 });
    expect(JSON.stringify(sealed)).not.toContain("half");
    expect(again.nonce).not.toBe(sealed.nonce);
    expect(again.ciphertext).not.toBe(sealed.ciphertext);
    expect(gone.ciphertext).toHaveLength(sealed.ciphertext.length);
  });

  it("opens with no other key, in no other room, and not when it was changed", async () => {
    const key = await draftKey(backupKey(7));
    const sealed = await seal(key, ROOM, draft);
    expect(await open(await draftKey(backupKey(8)), ROOM, sealed)).toBeNull();
    expect(await open(key, "!other:tea.example", sealed)).toBeNull();
    const changed = sealed.ciphertext.replace(/^./, (first) => (first === "A" ? "B" : "A"));
    expect(await open(key, ROOM, { ...sealed, ciphertext: changed })).toBeNull();
  });

  it.each([null, {}, { text: "plain" }, { algorithm: "other", nonce: "", ciphertext: "" }])(
    "is not %j",
    async (content) => {
      expect(await open(await draftKey(backupKey(7)), ROOM, content)).toBeNull();
    },
  );

  it("may be long", async () => {
    const key = await draftKey(backupKey(7));
    const long = { text: "茶".repeat(5_000), atMs: 1 };
    expect(await open(key, ROOM, await seal(key, ROOM, long))).toEqual(long);
  });
});

describe("of two drafts", () => {
  const later = { text: "later", atMs: 2_000 };
  const gone = { text: "", atMs: 3_000 };

  it.each([
    ["the later one counts", draft, later, later],
    ["wherever it was written", later, draft, later],
    ["also when it says that nothing is left", later, gone, gone],
    ["and what is here when they are as old", later, { text: "other", atMs: 2_000 }, later],
    ["the only one counts", undefined, later, later],
    ["wherever it is", draft, undefined, draft],
    ["none is none", undefined, undefined, undefined],
  ])("%s", (_, here, there, counts) => {
    expect(newer(here, there)).toEqual(counts);
  });
});

it("takes what is no draft for none", () => {
  for (const text of [null, "", "half a sentence", "{}", '{"text":1,"atMs":2}', "null"])
    expect(readDraft(text)).toBeNull();
});
