import { useQuery } from "@tanstack/react-query";
import { useMessenger } from "@/features/account/messenger";
import { useObjectUrl } from "@/kit/useObjectUrl";
import type { Attachment } from "@/matrix/messageBody";

/** A long one is large; it stays in memory for a moment only after nothing plays it. */
const KEEP_MS = 30_000;

/** The bytes of an attachment as something to play, fetched and decrypted once it is wanted. */
export function useAttachment(file: Attachment, wanted: boolean) {
  const { media } = useMessenger();
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ["media", file.mxc],
    queryFn: () => media.open(file),
    enabled: wanted,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEEP_MS,
    retry: 1,
  });
  const src = useObjectUrl(wanted ? data : undefined);
  const failed = !!error && !isFetching;
  return { src, loading: wanted && isFetching, failed, retry: () => void refetch() };
}
