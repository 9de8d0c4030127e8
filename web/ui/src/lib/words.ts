/** The product's words for what the rules speak of, the same on every page. */

import type { Action, Grade, IfMissing, Outcome, RolloutState, RoleName, Severity } from "../api/studio";
import { number } from "./format";

export type Tone = "suppress" | "review" | "demote" | "accept" | "tag" | "warning" | "neutral" | "accent";

export const OUTCOME: Record<Outcome, { label: string; tone: Tone }> = {
  suppress: { label: "Not shown", tone: "suppress" },
  review: { label: "Needs review", tone: "review" },
  demote: { label: "Loses points", tone: "demote" },
  tag: { label: "Tagged", tone: "tag" },
  accept: { label: "Shown", tone: "accept" },
};

export function actionName(action: Action | string): Outcome {
  if (typeof action === "string") return action as Outcome;
  return "demote" in action ? "demote" : "tag";
}

/** `Not shown`, `Loses 10 points`, `Tagged low_dpi`. */
export function actionWords(action: Action | string): string {
  if (typeof action !== "string" && "demote" in action) return `Loses ${number(action.demote)} points`;
  if (typeof action !== "string" && "tag" in action) return `Tagged ${action.tag}`;
  return OUTCOME[actionName(action)].label;
}

export const outcome = (name: string): { label: string; tone: Tone } => OUTCOME[name as Outcome] ?? { label: name, tone: "neutral" };

export const GRADES: Record<Grade, { words: string; acts: string }> = {
  P: { words: "Read in the authority’s own text", acts: "acts" },
  Q: { words: "The authority’s own text, quoted by others", acts: "acts" },
  S: { words: "Second-hand", acts: "only warns" },
  M: { words: "What most second-hand sources say", acts: "only warns" },
  C: { words: "Contested or out of date", acts: "is kept, never applied" },
};

export const IF_MISSING: Record<IfMissing, string> = {
  ignore: "The rule keeps silent",
  review: "A person has to look",
  reject: "The picture is not shown",
};

export const SEVERITY: Record<Severity, string> = { must: "Must", should: "Should" };

export const ROLE_NAMES: Record<RoleName, string> = { main: "Main picture", gallery: "Gallery", swatch: "Swatch" };

export const ROLLOUT: Record<string, { label: string; tone: Tone }> = {
  scheduled: { label: "Scheduled", tone: "tag" },
  canary: { label: "Rolling out", tone: "accent" },
  full: { label: "Live", tone: "accept" },
  stopped: { label: "Stopped", tone: "suppress" },
  undone: { label: "Undone", tone: "neutral" },
  replaced: { label: "Replaced", tone: "neutral" },
};
export const rollout = (state: RolloutState) => ROLLOUT[state] ?? { label: state, tone: "neutral" as Tone };

export const DRAFT_STATES: Record<string, { label: string; tone: Tone }> = {
  open: { label: "In work", tone: "accent" },
  submitted: { label: "Waiting for approval", tone: "review" },
  approved: { label: "Published", tone: "accept" },
  published: { label: "Published", tone: "accept" },
  rejected: { label: "Sent back", tone: "suppress" },
  withdrawn: { label: "Withdrawn", tone: "neutral" },
};
export const draftState = (state: string) => DRAFT_STATES[state] ?? { label: state, tone: "neutral" as Tone };

const MARKETPLACES: Record<string, string> = { vitrine: "House rules", ebay: "eBay", bol: "bol", otto: "OTTO" };
/** A marketplace's name for people. */
export const marketplaceName = (id: string): string => MARKETPLACES[id] ?? id.charAt(0).toUpperCase() + id.slice(1);

const LANGUAGES = new Intl.DisplayNames([navigator.language, "en"], { type: "language" });
export const languageName = (code: string): string => LANGUAGES.of(code) ?? code;

/** A field of a rule for people: `params.min_px.value` by its own title where there is one. */
export function fieldName(field: string, titles: Record<string, string | null | undefined> = {}): string {
  if (field === "") return "Whole rule";
  const param = /^params\.([^.]+)\.value$/.exec(field);
  if (param) return titles[param[1] ?? ""] ?? param[1]?.replaceAll("_", " ") ?? field;
  const message = /^message\.(.+)$/.exec(field);
  if (message) return `Message in ${languageName(message[1] ?? "")}`;
  return FIELDS[field] ?? field.replaceAll("_", " ");
}

const FIELDS: Record<string, string> = {
  condition: "Condition",
  "condition.require": "Condition",
  "condition.when": "Condition",
  action: "What happens",
  severity: "Severity",
  if_missing: "Where it cannot be measured",
  title: "Title",
  effective_from: "Holds from",
  effective_to: "Holds until",
  category: "Categories",
  categories: "Categories",
  except: "Except categories",
  roles: "Pictures",
  regions: "Regions",
  grade: "Evidence",
  source: "Source",
  checked: "Source checked",
};
