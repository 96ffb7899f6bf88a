const NAME = "teahouse";
/** So long one waits for a tab that says nothing: a page that is being left, or one that hangs. */
const PATIENCE_MS = 10_000;

/** What tabs say to each other: "I would like to be the one", "I am the one", "let me be the one". */
type Word = "may I" | "I am" | "let me";

interface Handlers {
  /** Called when this tab is the one; returns what to do when it no longer is. */
  enter: () => Promise<() => void>;
  lose: () => void;
}

/**
 * Two tabs on one store of message keys would damage it, so the place is a lock. Who comes second and
 * hears of the first asks its person (`lose`); once asked to (`insist`) it has the first step back,
 * and comes in when that has let go. A page that is being left says nothing, and is waited for.
 * Only from one that hangs the place is taken. Returns what gives the place up.
 */
export function onlyTab(insist: boolean, { enter, lose }: Handlers): () => void {
  const others = new BroadcastChannel(NAME);
  const say = (word: Word) => others.postMessage(word);
  const waiting = new AbortController();
  const patience = setTimeout(() => waiting.abort(), PATIENCE_MS);
  let place: "none" | "mine" | "left" = "none";
  let letGo: () => void = () => {};
  const gone = new Promise<void>((resolve) => {
    letGo = resolve;
  });

  const leave = () => {
    place = "left";
    clearTimeout(patience);
    others.close();
    waiting.abort();
    letGo();
  };
  const stepBack = () => {
    if (place === "left") return;
    leave();
    lose();
  };
  const hold = async () => {
    if (place === "left") return;
    place = "mine";
    clearTimeout(patience);
    say("I am");
    const exit = await enter();
    await gone;
    exit();
  };
  others.onmessage = ({ data }: MessageEvent<Word>) => {
    if (place === "mine" && data === "may I") say("I am");
    if (place === "mine" && data === "let me") stepBack();
    if (place === "none" && data === "I am" && !insist) stepBack();
  };

  say(insist ? "let me" : "may I");
  navigator.locks.request(NAME, { signal: waiting.signal }, hold).catch(() => {
    if (place !== "none" || !insist) return stepBack();
    navigator.locks.request(NAME, { steal: true }, hold).catch(stepBack);
  });
  return leave;
}
