import { Problem } from "./problem";

/**
 * The few requests made before the SDK is there: sign-up and sign-in load no more than this file.
 * A 401 with `flows` is not an error but the next step of user-interactive authentication.
 */
export async function request<T>(
  method: "GET" | "POST" | "PUT",
  path: string,
  options: {
    body?: unknown;
    token?: string;
    signal?: AbortSignal;
    accept401?: boolean;
    /** Of what the server writes to the person, such as a letter. */
    language?: string;
  } = {},
): Promise<T> {
  const headers: Record<string, string> = {};
  if (options.language) headers["Accept-Language"] = options.language;
  if (options.token) headers.Authorization = `Bearer ${options.token}`;
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(path.startsWith("/_matrix/") ? path : `/_matrix/client/v3${path}`, {
    method,
    headers,
    body: options.body === undefined ? undefined : JSON.stringify(options.body),
    signal: options.signal,
  }).catch((error: unknown) => {
    if (options.signal?.aborted) throw error;
    throw new Problem("OFFLINE");
  });
  const body = (await answer.json().catch(() => ({}))) as {
    errcode?: string;
    retry_after_ms?: number;
  };
  if (answer.ok || (answer.status === 401 && options.accept401)) return body as T;
  throw new Problem(body.errcode ?? "M_UNKNOWN", answer.status, body.retry_after_ms);
}
