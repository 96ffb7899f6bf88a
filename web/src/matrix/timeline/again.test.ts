import { expect, it } from "vitest";
import { RecalledWords } from "./again";

const FIVE_MINUTES_MS = 300_000;

it("recalled words can be written again for five minutes, and no longer", () => {
  const words = new RecalledWords();
  words.keep("$a", "come at for", 0);
  expect(words.of("$a", FIVE_MINUTES_MS - 1)?.text).toBe("come at for");
  expect(words.of("$b", 1)).toBeNull();
  expect(words.of("$a", FIVE_MINUTES_MS)).toBeNull();
  expect(words.of("$a", 0)).toBeNull();
});
