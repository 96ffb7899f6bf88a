import { DotsThree } from "@phosphor-icons/react";
import { type ReactNode, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { preferences } from "@/kit/preferences";
import { useSignal } from "@/kit/signal";
import { IconButton } from "@/ui/IconButton";
import { type Point, useMenuGestures } from "@/ui/useMenuGestures";
import styles from "./Bubble.module.css";
import type { MenuPlace } from "./MessageMenu";

interface Props {
  mine: boolean;
  first: boolean;
  last: boolean;
  /** A picture fills its bubble. */
  bare?: boolean;
  /** `false` when the conversation shows no faces; kept free on all but the first message of a group. */
  face?: ReactNode | false;
  name?: string | null;
  label: string;
  below?: ReactNode;
  /** What can be done with it, once it is asked for. */
  menu?: ((place: MenuPlace) => ReactNode) | false;
  children: ReactNode;
}

export function Bubble({ mine, first, last, bare, face, name, label, below, ...rest }: Props) {
  const { menu, children } = rest;
  const { gestures, button, open } = useMenu(menu);
  return (
    <article
      {...(menu && gestures)}
      className={styles.line}
      data-mine={mine || undefined}
      data-first={first || undefined}
      data-last={last || undefined}
      data-open={!!open || undefined}
      aria-label={label}
    >
      {face && <span className={styles.face}>{first && face}</span>}
      <div className={styles.column}>
        {name && <p className={styles.name}>{name}</p>}
        <div className={styles.spot}>
          <div
            className={styles.bubble}
            data-tail={first || undefined}
            data-bare={bare || undefined}
          >
            {children}
          </div>
          {menu && button}
        </div>
        {below && <div className={styles.below}>{below}</div>}
      </div>
      {open}
    </article>
  );
}

function useMenu(menu: Props["menu"]) {
  const { t } = useTranslation();
  const simple = useSignal(preferences).size === "simple";
  const of = useRef<HTMLButtonElement>(null);
  const [asked, setAsked] = useState<{ at: Point | null } | null>(null);
  const gestures = useMenuGestures({ onOpen: (at) => setAsked({ at }), byTouch: !simple });
  const button = (
    <span className={styles.more}>
      <IconButton
        ref={of}
        label={t("chat.more")}
        aria-haspopup="menu"
        aria-expanded={!!asked}
        excludeFromTabOrder
        onPress={() => setAsked({ at: null })}
      >
        <DotsThree weight="bold" />
      </IconButton>
    </span>
  );
  const open = menu && asked && menu({ of, at: asked.at, onClose: () => setAsked(null) });
  return { gestures: { ...gestures, tabIndex: -1 }, button, open };
}
