import { useEffect, useRef } from "react";

/** Ctrl-K or Cmd-K goes to the field. */
export function useSearchShortcut() {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const look = (event: KeyboardEvent) => {
      if (event.key !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      field.current?.focus();
    };
    window.addEventListener("keydown", look);
    return () => window.removeEventListener("keydown", look);
  }, []);
  return field;
}
