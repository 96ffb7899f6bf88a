import { ArrowLeft } from "@phosphor-icons/react";
import { Link, type LinkProps } from "@tanstack/react-router";
import { backLinkClass } from "./linkClass";

/** Back to the list; a desktop shows it beside and needs no way back. */
export function BackLink({ label, ...to }: { label: string } & LinkProps) {
  return (
    <Link {...to} className={backLinkClass} aria-label={label}>
      <ArrowLeft />
    </Link>
  );
}
