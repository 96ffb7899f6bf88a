import type { MatrixClient } from "matrix-js-sdk";
import { type SealedFile, seal } from "../media/cipher";
import { measure } from "../media/thumbnail";
import type { Draft, OutboxItem } from "./item";

type Content = Record<string, unknown>;
type Place = { url: string } | { file: SealedFile & { url: string } };

/** Makes the content of a message (spec: m.room.message), uploading what belongs to it. */
export async function contentOf(
  client: MatrixClient,
  item: OutboxItem,
  progress: (share: number) => void,
): Promise<Content> {
  const { draft } = item;
  if (draft.kind === "text") return { msgtype: "m.text", body: draft.text };
  const sealIt = client.getRoom(item.roomId)?.hasEncryptionStateEvent() ?? true;
  const upload = (blob: Blob, report?: (share: number) => void) =>
    put(client, blob, sealIt, report);
  return draft.kind === "picture"
    ? pictureContent(draft, upload, progress)
    : fileContent(draft, upload, progress);
}

type Media = Extract<Draft, { blob: Blob }>;
type Upload = (blob: Blob, report?: (share: number) => void) => Promise<Place>;

async function fileContent(
  draft: Media,
  upload: Upload,
  progress: (share: number) => void,
): Promise<Content> {
  return {
    msgtype: "m.file",
    body: draft.name,
    filename: draft.name,
    info: { mimetype: draft.type, size: draft.blob.size },
    ...(await upload(draft.blob, progress)),
  };
}

async function pictureContent(
  draft: Media,
  upload: Upload,
  progress: (share: number) => void,
): Promise<Content> {
  const measured = await measure(draft.blob);
  if (!measured) return fileContent(draft, upload, progress);
  const { thumbnail, width, height } = measured;
  const small = thumbnail && (await upload(thumbnail.blob));
  return {
    msgtype: "m.image",
    body: draft.name,
    filename: draft.name,
    info: {
      mimetype: draft.type,
      size: draft.blob.size,
      w: width,
      h: height,
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
    ...(await upload(draft.blob, progress)),
  };
}

async function put(
  client: MatrixClient,
  blob: Blob,
  sealIt: boolean,
  report?: (share: number) => void,
): Promise<Place> {
  const progressHandler = ({ loaded, total }: { loaded: number; total: number }) =>
    report?.(total ? loaded / total : 0);
  if (!sealIt) {
    const { content_uri } = await client.uploadContent(blob, {
      includeFilename: false,
      progressHandler,
    });
    return { url: content_uri };
  }
  const { bytes, sealed } = await seal(await blob.arrayBuffer());
  const { content_uri } = await client.uploadContent(new Blob([bytes]), {
    includeFilename: false,
    type: "application/octet-stream",
    progressHandler,
  });
  return { file: { ...sealed, url: content_uri } };
}
