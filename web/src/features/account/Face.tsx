import { useQuery } from "@tanstack/react-query";
import { useObjectUrl } from "@/kit/useObjectUrl";
import { Avatar } from "@/ui/Avatar";
import { useLocale, useMessenger } from "./messenger";

/** A pixel size that serves every place in which faces stand, at two device pixels to one. */
const FACE_PX = 192;

interface Props {
  id: string;
  name: string;
  mxc: string | null;
  size?: "small" | "row" | "large";
}

export function Face({ id, name, mxc, size }: Props) {
  const { media } = useMessenger();
  const locale = useLocale();
  const { data } = useQuery({
    queryKey: ["face", mxc],
    queryFn: () => media.face(mxc ?? "", FACE_PX),
    enabled: mxc !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return <Avatar id={id} name={name} locale={locale} src={useObjectUrl(data)} size={size} />;
}
