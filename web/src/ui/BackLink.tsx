import { ArrowLeft } from "@phosphor-icons/react";
import { Link, type LinkProps } from "@tanstack/react-router";
import { iconLinkClass } from "./linkClass";

export function BackLink({ label, ...to }: { label: string } & LinkProps) {
  return (
    <Link {...to} className={iconLinkClass} aria-label={label}>
      <ArrowLeft />
    </Link>
  );
}
