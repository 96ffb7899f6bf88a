/** What was left half done, and is over by now, need not wait for somebody to ask for it. */
export function sweepKept(): void {
  for (const place of Object.keys(localStorage))
    if (place.startsWith("teahouse.") && isOver(localStorage.getItem(place)))
      localStorage.removeItem(place);
}

function isOver(text: string | null): boolean {
  try {
    return JSON.parse(text ?? "").until <= Date.now();
  } catch {
    return false;
  }
}
