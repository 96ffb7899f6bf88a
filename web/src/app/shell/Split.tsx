import { Outlet, useMatches } from "@tanstack/react-router";
import type { ReactNode } from "react";
import styles from "./Split.module.css";

/** A list and what is chosen in it: side by side on a desktop, one after the other on a phone. */
export function Split({ list }: { list: ReactNode }) {
  const deep = useMatches().some((match) => match.staticData.page === "inner");
  return (
    <div className={styles.split} data-deep={deep || undefined}>
      <div className={styles.list}>{list}</div>
      <div className={styles.page}>
        <Outlet />
      </div>
    </div>
  );
}

/** The conversation and, when opened, the pane beside it; on a phone the pane covers it. */
export function WithDetails({ children }: { children: ReactNode }) {
  const open = useMatches().some((match) => match.staticData.pane === "details");
  return (
    <div className={styles.withDetails} data-open={open || undefined}>
      <div className={styles.conversation}>{children}</div>
      <div className={styles.details}>
        <Outlet />
      </div>
    </div>
  );
}
