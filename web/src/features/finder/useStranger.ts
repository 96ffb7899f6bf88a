import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useMessenger } from "@/features/account/messenger";
import { fullId, nameProblem } from "@/kit/names";
import type { Person } from "@/matrix/timeline/message";

/** One asks who has an ID when the typing pauses, not at each letter. */
const PAUSE_MS = 350;

/** The ID that was typed. Without an @ only what could be a whole ID: most words are names. */
export function typedId(typed: string, server: string): string | null {
  const text = typed.trim();
  const bare = !text.startsWith("@");
  if (bare && nameProblem(text.toLowerCase().split(":", 1)[0] ?? "")) return null;
  return fullId(text, server);
}

export interface Stranger {
  person: Person | null;
  /** It was asked, and nobody has the ID. */
  nobody: boolean;
  asking: boolean;
  error: unknown;
}

/** Whoever has exactly the ID that was typed; `known` are those one need not ask for. */
export function useStranger(typed: string, known: (userId: string) => boolean): Stranger {
  const { people, server, session } = useMessenger();
  const settled = useSettled(typed);
  const wanted = typedId(typed, server);
  const userId = typedId(settled, server);
  const worthAsking = userId !== null && userId !== session.userId && !known(userId);
  const found = useQuery({
    queryKey: ["person", userId],
    queryFn: () => people.find(userId ?? ""),
    enabled: worthAsking,
    staleTime: 60_000,
  });
  const current = worthAsking && wanted === userId;
  return {
    person: (current && found.data) || null,
    nobody: current && found.data === null,
    asking: wanted !== null && (wanted !== userId || (current && found.isLoading)),
    error: current ? found.error : null,
  };
}

function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
