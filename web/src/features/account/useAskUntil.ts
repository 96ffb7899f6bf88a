import { useEffect, useRef, useState } from "react";
import { type Problem, toProblem } from "@/matrix/problem";

const EVERY_MS = 3_000;

/**
 * Asks every few seconds while the page is seen, and at once when somebody comes back to it, until
 * the answer is true. What goes wrong is returned until it goes well again.
 */
export function useAskUntil(ask: () => Promise<boolean>, isActive: boolean): Problem | null {
  const [problem, setProblem] = useState<Problem | null>(null);
  const newest = useRef(ask);
  useEffect(() => {
    newest.current = ask;
  });
  useEffect(() => {
    if (!isActive) return;
    let state: "resting" | "asking" | "over" = "resting";
    let timer: ReturnType<typeof setTimeout> | undefined;
    const once = async () => {
      if (document.hidden || state !== "resting") return;
      clearTimeout(timer);
      state = "asking";
      const answer = await newest.current().catch(toProblem);
      if (state !== "asking") return;
      setProblem(typeof answer === "boolean" ? null : answer);
      state = answer === true ? "over" : "resting";
      const pause = typeof answer === "boolean" ? 0 : answer.retryAfterMs;
      if (state === "resting") timer = setTimeout(once, Math.max(EVERY_MS, pause));
    };
    const comeBack = () => void once();
    document.addEventListener("visibilitychange", comeBack);
    timer = setTimeout(once, 0);
    return () => {
      state = "over";
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", comeBack);
    };
  }, [isActive]);
  return problem;
}
