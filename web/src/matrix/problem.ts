/** What went wrong with a request, in terms the features can put into words. */
export class Problem extends Error {
  constructor(
    /** `errcode` of the server, or `OFFLINE` when no answer came. */
    readonly code: string,
    readonly status = 0,
    readonly retryAfterMs = 0,
  ) {
    super(code);
    this.name = "Problem";
  }

  get offline(): boolean {
    return this.code === "OFFLINE";
  }

  /** Trying the very same thing later may work. */
  get passing(): boolean {
    return this.offline || this.status === 429 || this.status >= 500;
  }
}

interface ErrorLike {
  name?: string;
  errcode?: string;
  httpStatus?: number;
  data?: { retry_after_ms?: number };
}

/** The SDK throws its own error classes; this reads them without importing it. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { name, errcode, httpStatus, data } = error as ErrorLike;
  if (name === "ConnectionError" || error instanceof TypeError) return new Problem("OFFLINE");
  if (httpStatus === undefined) return new Problem("UNEXPECTED");
  return new Problem(errcode ?? "M_UNKNOWN", httpStatus, data?.retry_after_ms ?? 0);
}
