/** What a person wants to say, before it is encrypted. */
export type Draft =
  | { kind: "text"; text: string }
  | { kind: "picture" | "video" | "audio" | "file"; blob: Blob; name: string; type: string };

/**
 * One message on its way. It lives in IndexedDB until the conversation shows it as the server has it.
 * `txnId` never changes, so that a repeated attempt is the same message to the server.
 */
export interface OutboxItem {
  txnId: string;
  /** The order of writing, over all chats. */
  seq: number;
  roomId: string;
  createdAtMs: number;
  draft: Draft;
  /** The message's content once its files are with the server: a retry does not upload twice. */
  content?: Record<string, unknown>;
  /** Set when the server has it. */
  eventId?: string;
  /** Why it was refused (`errcode`); only its writer can try it again. */
  refused?: string;
}

/** Once its content is complete it may have been sent, whatever became of the answer. */
export function isCancellable({ content, eventId, refused }: OutboxItem): boolean {
  return !content && !eventId && !refused;
}
