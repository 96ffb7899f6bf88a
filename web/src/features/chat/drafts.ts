import { useCallback, useEffect, useRef, useState } from "react";
import { placeOf } from "@/matrix/session";

export function draftPlace(userId: string, roomId: string): string {
  return placeOf(userId, `draft:${roomId}`);
}

/** What is half written in a chat; kept at each keystroke, gone when it is empty. */
export function useDraft(userId: string, roomId: string): [string, (text: string) => void] {
  const place = draftPlace(userId, roomId);
  const [text, setText] = useState(() => localStorage.getItem(place) ?? "");
  const current = useRef(place);
  useEffect(() => {
    if (current.current === place) return;
    current.current = place;
    setText(localStorage.getItem(place) ?? "");
  }, [place]);
  const change = useCallback(
    (fresh: string) => {
      setText(fresh);
      if (fresh.trim()) localStorage.setItem(place, fresh);
      else localStorage.removeItem(place);
    },
    [place],
  );
  return [text, change];
}
