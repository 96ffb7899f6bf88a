import { Problem } from "./problem";

/** The answer to a step of user-interactive authentication, or the end of it. */
export interface Step {
  user_id?: string;
  device_id?: string;
  access_token?: string;
  session?: string;
  flows?: { stages: string[] }[];
  params?: { [stage: string]: { policies?: Policies } | undefined };
  completed?: string[];
  errcode?: string;
}

/** By name: a version, and a document in each language. */
type Policies = Record<string, Record<string, unknown>>;

export interface Document {
  name: string;
  url: string;
}

/** What somebody who signs up is asked for. */
export interface Demands {
  invitation: boolean;
  email: boolean;
  policies: Policies;
}

export const EMAIL = "m.login.email.identity";
export const INVITATION = "m.login.registration_token";
export const TERMS = "m.login.terms";

/** How much each asks of a person; what is not here, this app can't do. */
const EFFORT: Record<string, number> = {
  "m.login.dummy": 0,
  [TERMS]: 1,
  [INVITATION]: 2,
  [EMAIL]: 4,
};

/** The stages of the way that asks the least. Errors: M_FORBIDDEN when this app can go none. */
export function easiestFlow({ flows = [] }: Step): string[] {
  const effort = (stages: string[]) => stages.reduce((sum, one) => sum + (EFFORT[one] ?? 0), 0);
  const possible = flows
    .map(({ stages }) => stages)
    .filter((stages) => stages.every((one) => one in EFFORT))
    .sort((a, b) => effort(a) - effort(b));
  if (!possible[0]) throw new Problem("M_FORBIDDEN", 403);
  return possible[0];
}

/** Stages are passed in order. */
export function nextStage(step: Step): string {
  const left = easiestFlow(step).filter((one) => !step.completed?.includes(one));
  return left[0] ?? "m.login.dummy";
}

export function demandsOf(step: Step): Demands {
  const stages = easiestFlow(step);
  return {
    invitation: stages.includes(INVITATION),
    email: stages.includes(EMAIL),
    policies: stages.includes(TERMS) ? (step.params?.[TERMS]?.policies ?? {}) : {},
  };
}

/** Each document in the language of the person, else in the same with other letters, else in any. */
export function documentsIn(policies: Policies, language: string): Document[] {
  return Object.values(policies).flatMap((policy) => {
    const found = Object.entries(policy)
      .map(([tag, document]) => ({ rank: likeness(tag, language), document }))
      .filter((one): one is { rank: number; document: Document } => isDocument(one.document))
      .sort((a, b) => b.rank - a.rank);
    return found[0] ? [found[0].document] : [];
  });
}

function likeness(tag: string, language: string): number {
  const [a, b] = [tag, language].map((one) => one.toLowerCase().replace("_", "-"));
  if (a === b) return 3;
  if (a?.split("-")[0] === b?.split("-")[0]) return 2;
  return a?.split("-")[0] === "en" ? 1 : 0;
}

function isDocument(value: unknown): value is Document {
  const { name, url } = (value ?? {}) as Partial<Document>;
  return typeof name === "string" && typeof url === "string" && /^https?:\/\//i.test(url);
}
