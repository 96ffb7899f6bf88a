import type { Logger } from "matrix-js-sdk/lib/logger";

/** The SDK narrates all it does, ids of people and rooms included; only its warnings are kept. */
export const quietLogger: Logger = {
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: (...parts) => console.error(...parts),
  getChild: () => quietLogger,
};
