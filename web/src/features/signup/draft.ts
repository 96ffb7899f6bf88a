import { Kept } from "@/kit/kept";
import type { Waiting } from "@/matrix/authSignUp";

/** What somebody filled in, without the password. */
export interface Draft {
  shownName: string;
  name: string;
  invitation: string;
  hasAccepted: boolean;
  address: string;
  /** Once a letter was sent; it may be on its way to an address that was changed since. */
  waiting: Waiting | null;
  /** Whether the next thing to do is to open its link. */
  isSent: boolean;
}

/** As long as the link of a letter is good. */
const HOUR_MS = 3_600_000;

export const keptDraft = new Kept<Draft>("teahouse.signup", HOUR_MS);

const EMPTY: Draft = {
  shownName: "",
  name: "",
  invitation: "",
  hasAccepted: false,
  address: "",
  waiting: null,
  isSent: false,
};

/** The one that was left half done, unless somebody comes with another invitation. */
export function startDraft(invited: string | undefined): Draft {
  const kept = keptDraft.get();
  if (kept && (!invited || kept.invitation === invited)) return kept;
  return { ...EMPTY, invitation: invited ?? "" };
}
