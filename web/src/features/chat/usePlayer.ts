import { type SyntheticEvent, useRef, useState } from "react";
import { aloneIn } from "./playback";

export type Player = ReturnType<typeof usePlayer>;

/** An audio element without controls of its own: where it is, how long it is, and what moves it. */
export function usePlayer(toldMs: number) {
  const ref = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  const [atMs, setAtMs] = useState(0);
  const [foundMs, setFoundMs] = useState(0);
  const toggle = () => {
    if (playing) ref.current?.pause();
    else ref.current?.play().catch(() => setPlaying(false));
  };
  const goTo = (ms: number) => {
    if (ref.current) ref.current.currentTime = ms / 1000;
    setAtMs(ms);
  };
  const events = {
    onPlay: (event: SyntheticEvent<HTMLAudioElement>) => {
      aloneIn(event);
      setPlaying(true);
    },
    onPause: () => setPlaying(false),
    onEnded: () => goTo(0),
    onTimeUpdate: () => setAtMs((ref.current?.currentTime ?? 0) * 1000),
    onDurationChange: () => {
      const seconds = ref.current?.duration ?? 0;
      if (Number.isFinite(seconds)) setFoundMs(seconds * 1000);
    },
  };
  const lengthMs = foundMs || toldMs;
  return { ref, playing, atMs: Math.min(atMs, lengthMs), lengthMs, toggle, goTo, events };
}
