import { File as FileIcon, Image, Plus } from "@phosphor-icons/react";
import { type ChangeEvent, useRef } from "react";
import { MenuTrigger } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { PICTURE_TYPES, VIDEO_TYPES } from "@/matrix/media/types";
import { FloatingMenu, MenuRow } from "@/ui/FloatingMenu";
import { IconButton } from "@/ui/IconButton";
import type { SendFiles } from "./useSendFiles";

interface Props {
  onFiles: SendFiles;
}

export function AttachMenu({ onFiles }: Props) {
  const { t } = useTranslation();
  const pictures = useRef<HTMLInputElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const picked = (event: ChangeEvent<HTMLInputElement>, as?: "file") => {
    onFiles([...(event.target.files ?? [])], as);
    event.target.value = "";
  };
  return (
    <>
      <MenuTrigger>
        <IconButton label={t("chat.attach")}>
          <Plus />
        </IconButton>
        <FloatingMenu label={t("chat.attach")}>
          <MenuRow
            icon={<Image />}
            text={t("chat.pictureOrVideo")}
            onAction={() => pictures.current?.click()}
          />
          <MenuRow
            icon={<FileIcon />}
            text={t("chat.file")}
            onAction={() => files.current?.click()}
          />
        </FloatingMenu>
      </MenuTrigger>
      <input
        ref={pictures}
        type="file"
        hidden
        multiple
        accept={[...PICTURE_TYPES, ...VIDEO_TYPES].join(",")}
        data-testid="pick-picture"
        onChange={(event) => picked(event)}
      />
      <input
        ref={files}
        type="file"
        hidden
        multiple
        data-testid="pick-file"
        onChange={(event) => picked(event, "file")}
      />
    </>
  );
}
