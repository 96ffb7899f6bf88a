import { useSignal } from "@/kit/signal";
import { type Recording, useListening } from "./listening";
import { aloneIn } from "./playback";
import { useAttachment } from "./useAttachment";

/** What is heard. It stands outside of the conversation, whose rows come and go. */
export function Sound() {
  const now = useSignal(useListening().now);
  return now && <Playing key={now.recording.key} recording={now.recording} />;
}

function Playing({ recording: { key, file } }: { recording: Recording }) {
  const listening = useListening();
  const { src } = useAttachment(file, true);
  if (!src) return null;
  return (
    // biome-ignore lint/a11y/useMediaCaption: what people send each other has no captions
    <audio
      ref={listening.soundsBy}
      src={src}
      autoPlay
      onPlay={(event) => {
        aloneIn(event);
        listening.note(key, { playing: true });
      }}
      onPause={() => listening.note(key, { playing: false })}
      onEnded={listening.stop}
      onTimeUpdate={({ currentTarget }) =>
        listening.note(key, { atMs: currentTarget.currentTime * 1000 })
      }
      onDurationChange={({ currentTarget: { duration } }) => {
        if (Number.isFinite(duration)) listening.note(key, { lengthMs: duration * 1000 });
      }}
      onError={() => listening.note(key, { broken: true })}
    />
  );
}
