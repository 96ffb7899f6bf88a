import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { OutboxItem } from "./item";

interface Schema extends DBSchema {
  items: { key: string; value: OutboxItem };
}

export function outboxName(userId: string): string {
  return `teahouse-outbox:${userId}`;
}

/** The messages that are on their way, on disk. */
export class OutboxStore {
  private constructor(private readonly db: IDBPDatabase<Schema>) {}

  static async open(userId: string): Promise<OutboxStore> {
    const db = await openDB<Schema>(outboxName(userId), 1, {
      upgrade: (fresh) => void fresh.createObjectStore("items", { keyPath: "txnId" }),
    });
    return new OutboxStore(db);
  }

  async all(): Promise<OutboxItem[]> {
    const items = await this.db.getAll("items");
    return items.sort((a, b) => a.seq - b.seq);
  }

  async put(item: OutboxItem): Promise<void> {
    // Relaxed durability may lose the message when the machine stops right after "send".
    const tx = this.db.transaction("items", "readwrite", { durability: "strict" });
    await Promise.all([tx.store.put(item), tx.done]);
  }

  async remove(txnId: string): Promise<void> {
    await this.db.delete("items", txnId);
  }

  close(): void {
    this.db.close();
  }
}
