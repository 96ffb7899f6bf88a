import { useEffect } from "react";
import { Signal } from "@/kit/signal";

/** Whether the palette is open: it lies above whatever page one is on. */
export const finderOpen = new Signal(false);

export const openFinder = () => finderOpen.set(true);
export const closeFinder = () => finderOpen.set(false);

/** Ctrl-K or Cmd-K, on every page and in every field. */
export function useFinderKeys(): void {
  useEffect(() => {
    const look = (event: KeyboardEvent) => {
      // The field shows each key to the list by a copy of the event.
      if (!event.isTrusted) return;
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      if (event.altKey || event.shiftKey) return;
      event.preventDefault();
      finderOpen.update((open) => !open);
    };
    // Before the fields see it: some keep what is pressed in them to themselves.
    window.addEventListener("keydown", look, true);
    return () => {
      window.removeEventListener("keydown", look, true);
      closeFinder();
    };
  }, []);
}
