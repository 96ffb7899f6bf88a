/** What a hand feels when a gesture takes, on devices that can. */
export function tick(): void {
  navigator.vibrate?.(10);
}
