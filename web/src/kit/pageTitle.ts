import { useEffect } from "react";

interface Title {
  /** Null for a page that has no name of its own. */
  page: string | null;
  app: string;
  /** As it is shown; empty when all is read. */
  unread: string;
}

/** What stands in the tab of the browser, and what a screen reader says first of a page. */
export function titleOf({ page, app, unread }: Title): string {
  const name = page ? `${page} · ${app}` : app;
  return unread ? `(${unread}) ${name}` : name;
}

export function usePageTitle(title: Title | null): void {
  const text = title && titleOf(title);
  useEffect(() => {
    if (text !== null) document.title = text;
  }, [text]);
}
