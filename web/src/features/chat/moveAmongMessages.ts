import type { KeyboardEvent } from "react";

/** Up and down go from message to message; from the list itself, into what is on the screen. */
export function moveAmongMessages(event: KeyboardEvent<HTMLElement>): void {
  const up = event.key === "ArrowUp";
  if (!up && event.key !== "ArrowDown") return;
  if (event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
  const list = event.currentTarget;
  const messages = [...list.querySelectorAll<HTMLElement>("article")];
  const at = messages.indexOf(event.target as HTMLElement);
  if (at < 0 && event.target !== list) return;
  const next = at < 0 ? inView(list, messages).at(up ? -1 : 0) : messages[up ? at - 1 : at + 1];
  if (!next) return;
  event.preventDefault();
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function inView(list: HTMLElement, messages: HTMLElement[]): HTMLElement[] {
  const { top, bottom } = list.getBoundingClientRect();
  return messages.filter((message) => {
    const box = message.getBoundingClientRect();
    return box.top < bottom && box.bottom > top;
  });
}
