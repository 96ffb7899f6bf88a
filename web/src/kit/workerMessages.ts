/** What the service worker tells the pages that are open. */
export type WorkerMessage =
  /** Arrived by push: giving it back to the server shows that pushes arrive. */
  | { kind: "push-token"; appId: string; token: string }
  /** A notification was pressed. */
  | { kind: "open"; path: string };

/** Whether it is for us: other libraries talk over the same channel. */
export function isWorkerMessage(data: unknown): data is WorkerMessage {
  const kind = (data as { kind?: unknown } | null)?.kind;
  return kind === "push-token" || kind === "open";
}

/** Where a chat is in the app. */
export function chatPath(roomId: string): string {
  return `/chats/${encodeURIComponent(roomId)}`;
}
