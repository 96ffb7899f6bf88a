import { useQuery } from "@tanstack/react-query";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useMessenger } from "@/features/account/messenger";
import { useObjectUrl } from "@/kit/useObjectUrl";
import type { MessageBody } from "@/matrix/messageBody";
import { pictureSize } from "./estimateRow";
import styles from "./PictureBody.module.css";

type Picture = Extract<MessageBody, { kind: "picture" }>;

interface Props {
  picture: Picture;
  from: string;
  onOpen: () => void;
}

export function PictureBody({ picture, from, onOpen }: Props) {
  const { t } = useTranslation();
  const { media } = useMessenger();
  const { data, error, refetch } = useQuery({
    queryKey: ["media", picture.thumbnail.mxc],
    queryFn: () => media.open(picture.thumbnail),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const src = useObjectUrl(data);
  const size = pictureSize(picture.width, picture.height);
  const problem = error && `${t("chat.pictureFailed")} ${t("common.retry")}`;
  const label = t("chat.pictureOf", { name: from });
  const press = () => (error ? void refetch() : onOpen());
  return (
    <Button
      className={styles.frame}
      style={{ width: size.width, aspectRatio: `${size.width} / ${size.height}` }}
      onPress={press}
      aria-label={problem ? `${label}: ${problem}` : label}
    >
      {src && <img src={src} alt="" draggable={false} data-testid="picture" />}
      {problem && <span className={styles.problem}>{problem}</span>}
    </Button>
  );
}
