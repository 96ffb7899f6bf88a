// @vitest-environment node
import { describe, expect, it } from "vitest";
import { seal, TamperedFile, unseal } from "./cipher";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("a sealed file", () => {
  it("comes back as it was", async () => {
    const { bytes: sealedBytes, sealed } = await seal(bytes("茶单：龙井 12"));
    expect(new TextDecoder().decode(await unseal(sealedBytes, sealed))).toBe("茶单：龙井 12");
  });

  it("does not show what it was", async () => {
    const { bytes: sealedBytes } = await seal(bytes("a long and readable sentence"));
    expect(new TextDecoder().decode(sealedBytes)).not.toContain("readable");
  });

  it("is refused when one bit of it was changed", async () => {
    const { bytes: sealedBytes, sealed } = await seal(bytes("pay 10"));
    new Uint8Array(sealedBytes)[4] = (new Uint8Array(sealedBytes)[4] ?? 0) ^ 1;
    await expect(unseal(sealedBytes, sealed)).rejects.toThrow(TamperedFile);
  });

  it("has the form of the specification: unpadded base64, and a counter that starts at zero", async () => {
    const { sealed } = await seal(bytes("x"));
    expect(sealed.v).toBe("v2");
    expect(sealed.key.alg).toBe("A256CTR");
    expect(sealed.iv).toMatch(/^[A-Za-z0-9+/]{22}$/);
    expect([...atob(sealed.iv)].slice(8).every((c) => c === "\0")).toBe(true);
    expect(sealed.hashes.sha256).toMatch(/^[A-Za-z0-9+/]{43}$/);
    expect(sealed.key.k).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it("never has a key or a nonce twice", async () => {
    const [a, b] = [await seal(bytes("x")), await seal(bytes("x"))];
    expect(a.sealed.key.k).not.toBe(b.sealed.key.k);
    expect(a.sealed.iv).not.toBe(b.sealed.iv);
  });
});
