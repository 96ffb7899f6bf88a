import { createContext, useContext } from "react";
import { Signal } from "@/kit/signal";
import type { Attachment } from "@/matrix/messageBody";

/** A recording that somebody sent; `key` is that of its message. */
export interface Recording {
  key: string;
  roomId: string;
  file: Attachment;
  durationMs: number;
}

export interface Now {
  recording: Recording;
  playing: boolean;
  atMs: number;
  lengthMs: number;
  /** Whether its message is on the screen, with the buttons that are there. */
  inSight: boolean;
  /** The browser can't play it after all. */
  broken: boolean;
}

/** The one recording that is being listened to: it plays on wherever one goes in the app. */
export class Listening {
  readonly now = new Signal<Now | null>(null);
  #sound: HTMLAudioElement | null = null;

  start(recording: Recording): void {
    const lengthMs = recording.durationMs;
    const unheard = { playing: false, atMs: 0, inSight: true, broken: false };
    this.now.set({ recording, lengthMs, ...unheard });
  }

  stop = (): void => this.now.set(null);

  soundsBy = (sound: HTMLAudioElement | null): void => {
    this.#sound = sound;
  };

  toggle(): void {
    const { playing } = this.now.get() ?? {};
    if (playing) this.#sound?.pause();
    else void this.#sound?.play().catch(() => {});
  }

  goTo(atMs: number): void {
    const now = this.now.get();
    if (!now || !this.#sound) return;
    this.#sound.currentTime = atMs / 1000;
    this.note(now.recording.key, { atMs });
  }

  /** What became of it; nothing, if another one is listened to by now. */
  note(key: string, change: Partial<Omit<Now, "recording">>): void {
    const now = this.now.get();
    if (now?.recording.key === key) this.now.set({ ...now, ...change });
  }
}

const Context = createContext<Listening | null>(null);

export const ListeningProvider = Context.Provider;

export function useListening(): Listening {
  const listening = useContext(Context);
  if (!listening) throw new Error("useListening outside of the shell");
  return listening;
}
