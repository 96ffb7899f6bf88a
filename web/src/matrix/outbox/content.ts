import type { MatrixClient } from "matrix-js-sdk";
import { type SealedFile, seal } from "../media/cipher";
import { measureAudio, measureVideo } from "../media/playable";
import { measure, type Thumbnail } from "../media/thumbnail";
import { Problem } from "../problem";
import type { Draft, OutboxItem } from "./item";
import type { Tools } from "./outbox";

type Content = Record<string, unknown>;
type Place = { url: string } | { file: SealedFile & { url: string } };
type Media = Extract<Draft, { blob: Blob }>;
type Upload = (blob: Blob, report?: (share: number) => void) => Promise<Place>;

/** Makes the content of a message (spec: m.room.message), uploading what belongs to it. */
export async function contentOf(
  client: MatrixClient,
  item: OutboxItem,
  { sealIt, progress, abort }: Pick<Tools, "progress" | "abort"> & { sealIt: boolean },
): Promise<Content> {
  const { draft } = item;
  if (draft.kind === "text") return { msgtype: "m.text", body: draft.text };
  const described = await lookInto(draft);
  return withUploads(draft, described, progress, (blob, report) =>
    put(client, blob, { sealIt, report, abort }),
  );
}

interface Described {
  msgtype: "m.image" | "m.video" | "m.audio" | "m.file";
  info: Content;
  thumbnail: Thumbnail | null;
}

const AS_FILE: Described = { msgtype: "m.file", info: {}, thumbnail: null };

/** What the browser can't show or play goes as a file. */
async function lookInto({ kind, blob }: Media): Promise<Described> {
  if (kind === "picture") {
    const seen = await measure(blob);
    if (!seen) return AS_FILE;
    const { width: w, height: h, thumbnail } = seen;
    return { msgtype: "m.image", info: { w, h }, thumbnail };
  }
  if (kind === "video") {
    const seen = await measureVideo(blob);
    if (!seen) return AS_FILE;
    const { width: w, height: h, durationMs: duration, thumbnail } = seen;
    return { msgtype: "m.video", info: { w, h, duration }, thumbnail };
  }
  const heard = kind === "audio" && (await measureAudio(blob));
  if (!heard) return AS_FILE;
  return { msgtype: "m.audio", info: { duration: heard.durationMs }, thumbnail: null };
}

/** The small copy goes last: who cancels while the file is on its way leaves nothing behind. */
async function withUploads(
  draft: Media,
  { msgtype, info, thumbnail }: Described,
  progress: (share: number) => void,
  upload: Upload,
): Promise<Content> {
  const place = await upload(draft.blob, progress);
  const small = thumbnail && (await upload(thumbnail.blob));
  return {
    msgtype,
    body: draft.name,
    filename: draft.name,
    info: {
      mimetype: draft.type,
      size: draft.blob.size,
      ...info,
      ...(small && "file" in small && { thumbnail_file: small.file }),
      ...(small && "url" in small && { thumbnail_url: small.url }),
      ...(thumbnail && {
        thumbnail_info: {
          mimetype: thumbnail.blob.type,
          size: thumbnail.blob.size,
          w: thumbnail.width,
          h: thumbnail.height,
        },
      }),
    },
    ...place,
  };
}

interface PutOptions {
  sealIt: boolean;
  report?: (share: number) => void;
  abort: AbortController;
}

async function put(
  client: MatrixClient,
  blob: Blob,
  { sealIt, report, abort }: PutOptions,
): Promise<Place> {
  const upload = async (bytes: Blob, type?: string) => {
    abort.signal.throwIfAborted();
    const { content_uri } = await client
      .uploadContent(bytes, {
        includeFilename: false,
        type,
        abortController: abort,
        progressHandler: ({ loaded, total }) => report?.(total ? loaded / total : 0),
      })
      .catch((error: Error) => {
        throw abort.signal.aborted ? error : passing(error);
      });
    return content_uri;
  };
  if (!sealIt) return { url: await upload(blob) };
  const { bytes, sealed } = await seal(await blob.arrayBuffer());
  const url = await upload(new Blob([bytes]), "application/octet-stream");
  return { file: { ...sealed, url } };
}

/** The SDK calls a connection that broke "aborted", and one that went silent a plain error. */
function passing(error: Error): Error {
  return error.name === "AbortError" || error.message === "Timeout"
    ? new Problem("OFFLINE")
    : error;
}
