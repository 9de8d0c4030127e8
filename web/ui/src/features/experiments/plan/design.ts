/** Plans as people write them: an empty one, names from titles, definitions in words, templates of metrics. */

import type { Design, Exploration, Metric, MetricKind } from "../../../api/experiments";
import { number } from "../../../lib/format";

/** What a metric counts, as the server's reports say it. */
export function definition(metric: Metric): string {
  const capped = metric.cap ? `; a unit’s total above ${number(metric.cap)} counts as ${number(metric.cap)}` : "";
  switch (metric.kind) {
    case "proportion":
      return `share of exposed units with at least one \`${metric.event}\` after their first exposure`;
    case "count":
      return `\`${metric.event}\` events per exposed unit, after its first exposure${capped}`;
    case "total":
      return `sum of the values of \`${metric.event}\` per exposed unit, after its first exposure${capped}`;
    case "ratio":
      return `\`${metric.event}\` per \`${metric.per}\`, both summed over exposed units${capped}`;
    case "quantile":
      return `${number(metric.level * 100)}th percentile over exposed units of the sum of \`${metric.event}\``;
  }
}

export const KINDS: { value: MetricKind["kind"]; label: string; note: string }[] = [
  { value: "proportion", label: "Share of units", note: "with at least one such event" },
  { value: "count", label: "Events per unit", note: "how often" },
  { value: "total", label: "Sum per unit", note: "revenue, minutes" },
  { value: "ratio", label: "One count over another", note: "clicks per impression" },
  { value: "quantile", label: "Percentile", note: "of a sum over units" },
];

/** Metrics that most shops have; names of events are theirs to change. */
export const METRICS: Metric[] = [
  { name: "conversion", title: "Conversion", kind: "proportion", event: "order", good: "higher", unit: "" },
  { name: "revenue", title: "Revenue per visitor", kind: "total", event: "order", good: "higher", unit: "EUR" },
  { name: "ctr", title: "Click-through rate", kind: "ratio", event: "click", per: "exposures", good: "higher", unit: "" },
  { name: "cart", title: "Put into the cart", kind: "proportion", event: "cart", good: "higher", unit: "" },
  { name: "returns", title: "Returns", kind: "proportion", event: "return", good: "lower", unit: "" },
  { name: "complaints", title: "Complaints", kind: "count", event: "complaint", good: "lower", unit: "complaints" },
];

export const MARGIN = 0.05;

/** A plan to begin with: visitors, rules in force against something else, conversion. */
export function blank(owner: string): Design {
  const metric = (name: string): Metric => ({ ...(METRICS.find((one) => one.name === name) as Metric) });
  return {
    title: "",
    hypothesis: "",
    owner,
    scope: {},
    variants: [
      { name: "control", weight: 50, serves: { what: "live" }, description: "The rules as they are" },
      { name: "treatment", weight: 50, serves: { what: "live" }, description: "" },
    ],
    unit: { what: "visitor" },
    exposure: "shown",
    metrics: [metric("conversion"), metric("returns")],
    primary: "conversion",
    guardrails: [{ metric: "returns", margin: MARGIN }],
    minimum_lift: 0.03,
    planned_units: 0,
    planned_days: 14,
    decision: { alpha: 0.05, power: 0.8, looks: "any_time" },
    layer: "main",
    share: 1,
    pre_period_days: 14,
    segments: ["device", "visitor"],
  };
}

/** What chance does where nobody has said otherwise. */
export const EXPLORATION: Exploration = { budget: 0.1, even_share: 0.2, reward: "click", prior_rate: 0.05, prior_weight: 40 };

export const isHoldout = ({ variants }: Pick<Design, "variants">): boolean => variants.some(({ serves }) => serves.what === "following");

/** Long enough for several changes to be shipped. */
const HOLDOUT_DAYS = 84;

/** The same plan as a holdout: few visitors keep the rules of its start, all others get whatever comes. */
export function asHoldout({ blocks: _, ...design }: Design): Design {
  return {
    ...design,
    variants: [
      { name: "held-out", weight: 5, serves: { what: "live" }, description: "The rules of the start and no experiment" },
      { name: "everything", weight: 95, serves: { what: "following" }, description: "All that has come since, experiments included" },
    ],
    unit: { what: "visitor" },
    planned_days: HOLDOUT_DAYS,
  };
}

/** The same plan as a comparison of two sets of rules. */
export function asComparison(design: Design): Design {
  const { variants, planned_days } = blank(design.owner);
  return { ...design, variants, planned_days };
}

const NAME_LENGTH = 60;

/** `Sharper main pictures!` as `sharper-main-pictures`. */
export const nameOf = (title: string): string =>
  title
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/ß/g, "ss")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, NAME_LENGTH)
    .replace(/-+$/, "");
