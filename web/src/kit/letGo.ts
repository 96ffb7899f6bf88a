/** Whatever was pressed under a finger is not pressed any more: a gesture has begun. */
export function letGo({ target, id }: { target: EventTarget; id: number }): void {
  target.dispatchEvent(new window.PointerEvent("pointercancel", { bubbles: true, pointerId: id }));
}
