/** Calls `run` once, a moment after the last of many calls that come together. */
export function batched(run: () => void, delayMs = 16): (() => void) & { flush(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    run();
  };
  const schedule = () => {
    timer ??= setTimeout(flush, delayMs);
  };
  return Object.assign(schedule, { flush });
}
