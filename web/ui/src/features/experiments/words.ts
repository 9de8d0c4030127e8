/** What experiments are called on pages, and what every figure of a report means. */

import type { Call, Choice, Design, Exploration, HealthState, Serves, Stage, Unit } from "../../api/experiments";
import { number, percent } from "../../lib/format";
import type { Tone } from "../../lib/words";
import { isHoldout } from "./plan/design";

export const STAGES: Record<Stage, { label: string; tone: Tone; note: string }> = {
  draft: { label: "Draft", tone: "neutral", note: "Being planned; everything may change." },
  review: { label: "Waits for a second person", tone: "review", note: "Planned; somebody else reads it and starts it." },
  running: { label: "Running", tone: "accent", note: "Takes traffic; the plan is fixed." },
  stopped: { label: "Stopped, to be decided", tone: "review", note: "Takes no new traffic; a decision is due." },
  decided: { label: "Decided", tone: "accept", note: "Ended with a decision." },
};

type CallWords = { label: string; tone: Tone; long: string };
const CALLS: Record<Call, CallWords> = {
  ship: { label: "Ship", tone: "accept", long: "The decision rule says: ship the treatment" },
  keep: { label: "Keep control", tone: "suppress", long: "The decision rule says: keep the control" },
  inconclusive: { label: "Inconclusive", tone: "neutral", long: "The plan has ended without a difference that can be told from chance" },
  wait: { label: "Wait", tone: "accent", long: "Not decided yet: go on" },
  blocked: { label: "Blocked", tone: "suppress", long: "No verdict: these data cannot be believed" },
  unreliable: { label: "Unreliable", tone: "review", long: "No verdict yet: the method does not hold for so little data" },
};

/** A holdout ships nothing: it says what everything that went live meanwhile has brought. */
const HOLDOUT_CALLS: Partial<Record<Call, CallWords>> = {
  ship: { label: "It helped", tone: "accept", long: "What has changed since the start has helped, taken together" },
  keep: { label: "It did harm", tone: "suppress", long: "What has changed since the start has done harm, taken together" },
};

/** The words for a verdict's call. */
export const callWords = (call: Call, holdout: boolean): CallWords => (holdout && HOLDOUT_CALLS[call]) || CALLS[call];

type ChoiceWords = { label: string; ask: string; tone: Tone; effect: string };
export const CHOICES: readonly Choice[] = ["ship", "keep", "inconclusive"];
const CHOSEN: Record<Choice, ChoiceWords> = {
  ship: { label: "Shipped", ask: "Ship the treatment", tone: "accept", effect: "The treatment is better and goes on." },
  keep: { label: "Control kept", ask: "Keep the control", tone: "suppress", effect: "The control stays." },
  inconclusive: { label: "Inconclusive", ask: "Inconclusive", tone: "neutral", effect: "It taught nothing certain; the control stays." },
};
const HOLDOUT_CHOSEN: Record<Choice, ChoiceWords> = {
  ship: { label: "It helped", ask: "It has helped", tone: "accept", effect: "What has changed since the start stays." },
  keep: { label: "It did harm", ask: "It has done harm", tone: "suppress", effect: "What has changed since the start is to be looked at anew, change by change." },
  inconclusive: { label: "Inconclusive", ask: "Inconclusive", tone: "neutral", effect: "Whether it has helped is not known; nothing changes." },
};

/** The words for what is decided. */
export const choiceWords = (choice: Choice, holdout: boolean): ChoiceWords => (holdout ? HOLDOUT_CHOSEN : CHOSEN)[choice];

export const HEALTH: Record<HealthState, { label: string; tone: Tone }> = {
  blocks: { label: "Blocks the verdict", tone: "suppress" },
  warns: { label: "Keep in mind", tone: "review" },
  passes: { label: "As it should be", tone: "accept" },
  unknown: { label: "Could not be checked", tone: "neutral" },
};

export const UNITS: Record<Unit["what"], { label: string; many: string; note: string }> = {
  visitor: { label: "Visitors", many: "visitors", note: "Each visitor sees one variant of every product. The strongest design." },
  product: { label: "Products", many: "products", note: "Every visitor sees the same picture of a product. Few units, wide intervals." },
  seller: { label: "Sellers", many: "sellers", note: "A seller with all their products. A few large ones can carry the result." },
  slot: { label: "Time slots", many: "time slots", note: "All traffic of a stretch of time. What a shopper saw before carries over." },
};

export const DIMENSIONS: Record<string, string> = { category: "Category", region: "Region", device: "Device", visitor: "New or returning" };

export function servesWords(serves: Serves): string {
  switch (serves.what) {
    case "live":
      return "The rules in force at the start";
    case "release":
      return `Release ${serves.number}`;
    case "draft":
      return `Draft ${serves.id}, as it is at the start`;
    case "following":
      return "Whatever is in force at each moment, other experiments included";
  }
}

/** What chance does in a variant's selections. */
export const exploresWords = ({ budget, even_share, reward }: Exploration): string =>
  `Explores: in ${percent(budget)} of its selections chance may put another allowed picture in front, ${percent(even_share)} of these dealt evenly. It hopes for \`${reward}\`.`;

export function scopeWords(scope: Design["scope"]): string {
  const parts = [scope.marketplace, scope.region, scope.category].filter(Boolean);
  return parts.length ? parts.join(" · ") : "All selections";
}

/** The planned decision rule, in sentences. */
export function decisionRule(design: Design): string {
  const { decision, guardrails, planned_units, planned_days } = design;
  const when =
    decision.looks === "any_time"
      ? "It may be decided at any time: the band holds however often one looks."
      : `It is decided once, ${planned_units ? `at ${number(planned_units)} units or ` : ""}after ${number(planned_days)} days; what is seen before decides nothing.`;
  const rails = guardrails.length ? ` and ${guardrails.length === 1 ? "its guardrail holds" : `${guardrails.length === 2 ? "both" : `all ${number(guardrails.length)}`} guardrails hold`}` : "";
  if (isHoldout(design)) return `What has changed since the start has helped when the primary metric is better than with those held out, at an error level of ${percent(decision.alpha)}${rails}. ${when}`;
  return `Ship when the primary metric is better at an error level of ${percent(decision.alpha)}${rails}; keep the control otherwise. ${when}`;
}

/** Definitions that stand behind the figures of a report. */
export const MEANS = {
  lift: "Treatment over control, minus 1. Shown with Fieller’s interval (shares: the score interval), which stays honest where the control’s figure is close to 0; decisions are made on the absolute difference.",
  interval: "The values that the data do not contradict. Of many such intervals, the stated share covers the truth.",
  absolute: "Treatment minus control, in the metric’s own unit. The decision is made on this difference.",
  anyTime: "The interval that holds on all days together: it may be looked at daily, and acted on the day it leaves 0.",
  fixed: "The interval for a single look at the planned end. Looking at it daily finds differences that are not there.",
  p: "How often chance alone would show a difference at least this large. Not the chance that the treatment is useless.",
  adjustedP: "p after correcting for the number of metrics and variants looked at, so that one lucky metric among many does not decide.",
  chance: "Bayesian reading: the chance that the treatment is better, given the data and a cautious prior.",
  loss: "Bayesian reading: what shipping costs on average, counting the cases in which the treatment is in truth worse.",
  control: "The figure of the units that saw the control.",
  treatment: "The figure of the units that saw the treatment.",
  units: "Randomised units that were exposed, control and treatment. Bots, internal traffic and units that saw several variants are left out.",
  margin: "The largest loss that was called acceptable before the start, relative to the control.",
  guardrailP: "How often a loss of the whole margin would look as harmless as this. Small means: certainly not that much worse.",
  shrunken: "Drawn towards the effect of the whole, the more the smaller the segment: what is likely to be left when one looks again.",
  heterogeneity: "p of “all segments have the same effect”. Only a small one is a reason to treat segments differently.",
  varianceRemoved: "Share of the variance that the time before the start explains (CUPED): it narrows the interval without moving the effect.",
  minimum: "The smallest lift that was called worth having before the start.",
  explores: "A share of a variant’s selections is left to chance among the pictures that the rules allow, each with a known probability. By these, other rules can be judged before they are tested.",
  holdout: "An experiment on everything: a few visitors keep the rules of its start and take part in nothing else, so that what all changes since then brought together is measured.",
  effectShare: "Its part of the effect in proportion to how much its firings differ: an attribution, not a measurement.",
} as const;

/** Each variant's share of the units. */
export const sharesOf = (variants: { weight: number }[]): number[] => {
  const sum = variants.reduce((total, { weight }) => total + weight, 0) || 1;
  return variants.map(({ weight }) => weight / sum);
};
