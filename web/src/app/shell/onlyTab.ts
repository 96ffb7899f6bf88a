const LOCK = "teahouse";
/** A page that is being left gives the place up a moment later, on a busy device after quite one. */
const PATIENCE_MS = 1_000;

interface Handlers {
  /** Called when this tab is the one; returns what to do when it no longer is. */
  enter: () => Promise<() => void>;
  lose: () => void;
}

/**
 * Two tabs on one store of message keys would damage it. Who comes second asks before taking over
 * (`steal`), and the first steps back. Returns what gives the place up.
 */
export function onlyTab(steal: boolean, { enter, lose }: Handlers): () => void {
  let leave: () => void = () => {};
  let left = false;
  const gone = new Promise<void>((resolve) => {
    leave = () => {
      left = true;
      resolve();
    };
  });
  const hold = async () => {
    if (left) return;
    const exit = await enter();
    await gone;
    exit();
  };
  const pushedOut = () => {
    if (left) return;
    leave();
    lose();
  };
  const options = steal ? { steal: true } : { signal: AbortSignal.timeout(PATIENCE_MS) };
  navigator.locks.request(LOCK, options, hold).catch(pushedOut);
  return () => leave();
}
