/** Calls `run` once, a moment after the first of many calls that come together. */
export function batched(run: () => void, delayMs = 16): Batched {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const cancel = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const flush = () => {
    cancel();
    run();
  };
  const schedule = () => {
    timer ??= setTimeout(flush, delayMs);
  };
  return Object.assign(schedule, { flush, cancel });
}

interface Batched {
  (): void;
  flush(): void;
  cancel(): void;
}
