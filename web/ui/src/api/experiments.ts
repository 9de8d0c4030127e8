/** The shapes of the experiments' routes and one function for each. */

import { address, get, post, put } from "./client";

// --- The plan ----------------------------------------------------------------------------------------------------

export type Stage = "draft" | "review" | "running" | "stopped" | "decided";
export type Choice = "ship" | "keep" | "inconclusive";
export type Looks = "at_the_end" | "any_time";
export type Good = "higher" | "lower";
export type Dimension = "category" | "region" | "device" | "visitor";
export type MetricKind =
  | { kind: "proportion"; event: string }
  | { kind: "count"; event: string }
  | { kind: "total"; event: string }
  | { kind: "ratio"; event: string; per: string }
  | { kind: "quantile"; event: string; level: number };
export type Metric = MetricKind & { name: string; title: string; good: Good; unit: string; cap?: number | null };
export type Serves =
  | { what: "live" }
  | { what: "release"; number: number }
  | { what: "draft"; id: number }
  /** Whatever is in force at each moment: the second variant of a holdout. */
  | { what: "following" };
/** What other rules than one's own can be. */
export type Rules = Exclude<Serves, { what: "following" }>;
export interface Exploration {
  /** Share of the selections that may lead with another allowed picture. */
  budget: number;
  /** Of that, the share that goes to all allowed pictures alike. */
  even_share: number;
  /** The event that a selection hopes for. */
  reward: string;
  /** How often it comes before anything is known, and how many selections that counts for. */
  prior_rate: number;
  prior_weight: number;
}
export interface Variant {
  name: string;
  weight: number;
  serves: Serves;
  explores?: Exploration;
  description: string;
}
export type Unit = { what: "visitor" } | { what: "product" } | { what: "seller" } | { what: "slot"; minutes: number; washout_minutes?: number };
export interface ExperimentScope {
  marketplace?: string | null;
  region?: string | null;
  category?: string | null;
}
export interface Design {
  title: string;
  hypothesis: string;
  owner: string;
  scope: ExperimentScope;
  /** The control first. */
  variants: Variant[];
  unit: Unit;
  /** Products or sellers are dealt out among alike ones. */
  blocks?: boolean;
  exposure: "shown" | "answered";
  metrics: Metric[];
  primary: string;
  guardrails: { metric: string; margin: number }[];
  /** Relative: 0.05 = 5 %. */
  minimum_lift: number;
  planned_units: number;
  planned_days: number;
  decision: { alpha: number; power: number; looks: Looks };
  layer: string;
  share: number;
  pre_period_days: number;
  segments: string[];
}

// --- The report --------------------------------------------------------------------------------------------------

export type Call = "ship" | "keep" | "inconclusive" | "wait" | "blocked" | "unreliable";
export type HealthState = "blocks" | "warns" | "passes" | "unknown";
export interface Estimate {
  value: number;
  /** Absent ends are infinite. */
  low: number | null;
  high: number | null;
  std_error: number;
  p: number;
}
export interface LiftEstimate {
  value: number;
  low: number | null;
  high: number | null;
  /** The lifts that the data do not contradict are those outside of the ends. */
  outside: boolean;
}
export interface Bayes {
  chance_better: number;
  expected_loss: number;
  prior: string;
}
export interface Effect {
  absolute: Estimate;
  any_time: Estimate | null;
  lift: LiftEstimate | null;
  adjusted_p: number | null;
  significant: boolean;
  better: boolean;
  bayes: Bayes | null;
  variance_removed: number | null;
  unadjusted: Estimate | null;
  uncapped: Estimate | null;
  method: string;
}
export interface MetricResult {
  metric: string;
  title: string;
  definition: string;
  unit: string;
  role: "primary" | "guardrail" | "secondary";
  control: number | null;
  treatment: number | null;
  units: [number, number];
  effect: Effect | null;
  refused: string | null;
  concerns: string[];
  guardrail: { margin: number; p: number; state: "holds" | "broken" | "open" } | null;
}
export interface DayPoint {
  day: string;
  units: [number, number];
  effect: Estimate | null;
  any_time: Estimate | null;
}
export interface SegmentResult {
  value: string;
  units: [number, number];
  effect: Estimate | null;
  shrunken: Estimate | null;
  adjusted_p: number | null;
  refused: string | null;
}
export interface SegmentTable {
  dimension: string;
  heterogeneity_p: number | null;
  segments: SegmentResult[];
  caution: string;
}
export interface Comparison {
  treatment: string;
  metrics: MetricResult[];
  over_time: DayPoint[];
  by_day: DayPoint[];
  segments: SegmentTable[];
}
export interface HealthCheck {
  name: string;
  title: string;
  state: HealthState;
  sentence: string;
}
export interface Decision {
  choice: Choice;
  by: string;
  at_ms: number;
  reason: string;
}
export interface RuleEffect {
  rule: string;
  treatment: string;
  control_share: number;
  treatment_share: number;
  effect_share: number;
  caution: string;
}
export interface Report {
  experiment: string;
  design: Design;
  stage: Stage;
  as_of_ms: number;
  started_ms: number | null;
  stopped_ms: number | null;
  simulated: string | null;
  verdict: { call: Call; treatment: string | null; sentence: string; because: string[]; would_change: string | null };
  health: HealthCheck[];
  arms: { variant: string; planned_share: number; units: number }[];
  comparisons: Comparison[];
  plan: { what: string; planned: string; actual: string }[];
  rules: RuleEffect[];
  notes: string[];
  decision: Decision | null;
  version: string;
}

// --- Experiments -------------------------------------------------------------------------------------------------

export interface Head {
  id: string;
  title: string;
  owner: string;
  stage: Stage;
  unit: Unit;
  scope: ExperimentScope;
  share: number;
  started_ms: number | null;
  stopped_ms: number | null;
  planned_days: number;
  simulated: string | null;
  call: Call | null;
  sentence: string | null;
  primary_title: string;
  lift: LiftEstimate | null;
  choice: Choice | null;
  /** An experiment of its own: all that came since its start, against visitors who kept the rules of the start. */
  holdout?: boolean;
}
export interface PortfolioLine {
  id: string;
  title: string;
  choice: Choice;
  lift: number;
  shrunken: number;
  low: number;
  high: number;
}
export interface PortfolioMetric {
  title: string;
  experiments: PortfolioLine[];
  measured: number;
  expected: number;
  low: number;
  high: number;
  holdout: { id: string; lift: LiftEstimate } | null;
  sentence: string;
}
export interface Portfolio {
  metrics: PortfolioMetric[];
  caution: string;
}
export type Move = "edit" | "submit" | "withdraw" | "start" | "stop" | "decide" | "ramp";
export interface Experiment {
  id: string;
  revision: number;
  stage: Stage;
  design: Design;
  share: number;
  faults: string[];
  warnings: string[];
  created_by: string;
  created_ms: number;
  started_ms: number | null;
  stopped_ms: number | null;
  simulated: string | null;
  decision: Decision | null;
  log: { at_ms: number; by: string; what: string; reason: string | null }[];
  /** What this person may do now. */
  may: Move[];
}
export type ReportFile = "json" | "csv" | "parquet" | "html" | "pdf";
/** What a treatment's rules change on the products that were seen. */
export interface ChangedPictures {
  treatments: {
    variant: string;
    products: number;
    main_changed: number;
    newly_empty: number;
    examples: { product: string; old_main: string | null; new_main: string | null; old_hash?: string | null; new_hash?: string | null; reason?: string | null; selections?: number | null }[];
  }[];
}
/** A share with its interval. */
export interface Interval {
  value: number;
  low: number;
  high: number;
}
/** What one method says of other rules. */
export interface Estimated {
  method: string;
  about: string;
  /** The rewarded share under the other rules. */
  value?: Interval | null;
  /** The same less what was logged. */
  effect?: Interval | null;
  /** How many selections of the other rules the log is worth. */
  effective?: number | null;
  doubts: string[];
  refused?: string | null;
}
/** What other rules would have earned, by selections that were left to chance. */
export interface OffPolicy {
  variant: string;
  reward: string;
  alpha: number;
  /** Share of the questions that the other rules leave without a main picture. */
  empty: number;
  /** Selections that cannot be judged anew. */
  left_out: number;
  selections: number;
  questions: number;
  /** Share of the selections that the other rules would have led with the same picture. */
  same: number;
  /** Share that was rewarded. */
  logged: number;
  /** The first with a value is the one to begin with. */
  estimates: Estimated[];
}
export interface RuleMeasured {
  experiment: string;
  title: string;
  treatment: string;
  effect_share: number;
  sentence: string;
  day: string;
}

const path = (id: string) => `/v1/experiments/${encodeURIComponent(id)}`;

export const experiments = {
  list: (signal?: AbortSignal) => get<{ experiments: Head[]; portfolio: Portfolio }>("/v1/experiments", {}, signal),
  create: (id: string, design: Design) => post<Experiment>("/v1/experiments", { id, design }),
  read: (id: string, signal?: AbortSignal) => get<Experiment>(path(id), {}, signal),
  save: (id: string, revision: number, design: Design) => put<Experiment>(path(id), { revision, design }),
  move: (id: string, revision: number, to: Stage, reason: string, choice?: Choice) =>
    post<Experiment>(`${path(id)}/moves`, { revision, to, reason, ...(choice ? { choice } : {}) }),
  ramp: (id: string, revision: number, share: number, reason: string) => post<Experiment>(`${path(id)}/share`, { revision, share, reason }),
  report: (id: string, day: string | null, signal?: AbortSignal) => get<Report>(`${path(id)}/report`, { day }, signal),
  reports: (id: string, signal?: AbortSignal) => get<{ days: { day: string; at_ms: number; call: Call; sentence: string }[] }>(`${path(id)}/reports`, {}, signal),
  file: (id: string, kind: ReportFile, day: string | null) => address(`${path(id)}/report.${kind}`, { day }),
  pictures: (id: string, signal?: AbortSignal) => get<ChangedPictures>(`${path(id)}/pictures`, {}, signal),
  offPolicy: (id: string, serves: Rules) => post<OffPolicy>(`${path(id)}/off-policy`, { serves }),
  traffic: (days: number, signal?: AbortSignal) => get<Traffic>("/v1/experiments/traffic", { days }, signal),
  plan: (question: PlanQuestion, signal?: AbortSignal) => post<PlanAnswer>("/v1/experiments/plan", question, signal),
  ofRule: (rule: string, signal?: AbortSignal) => get<{ effects: RuleMeasured[] }>(`/v1/rules/one/${encodeURIComponent(rule)}/effect`, {}, signal),
};

// --- The planner -------------------------------------------------------------------------------------------------

export interface Traffic {
  /** Days looked back. */
  days: number;
  outcomes: { name: string; events: number; units: number }[];
  units_per_day: number;
}
/** The metric as it is today. */
export type Baseline =
  | { kind: "proportion"; rate: number }
  | { kind: "count"; mean: number; sd?: number | null }
  | { kind: "total"; mean: number; sd: number }
  | { kind: "ratio"; ratio: number; sd: number }
  | { kind: "quantile"; level: number; value: number; below: number; above: number };
export interface PlanQuestion {
  metric: Baseline;
  lift: number;
  alpha: number;
  power: number;
  weights: number[];
  correlation: number;
  units_per_day: number;
  share: number;
  units?: number | null;
  products?: { products: number; impressions: number; impressions_cv?: number; rate?: number | null; rate_sd?: number | null } | null;
}
export interface PlanFigures {
  units: number;
  control_units: number;
  days: number;
  whole_weeks_days: number;
}
export interface PlanAnswer {
  at_the_end: PlanFigures | null;
  any_time: PlanFigures | null;
  times_fixed: number | null;
  detectable: { days: number; units: number; at_the_end: number; any_time: number }[];
  power: { units: number; at_the_end: number; any_time: number } | null;
  peeking: { looks: number; false_positives: number; sentence: string } | null;
  designs: {
    by_product_half_width: number;
    by_product_power: number;
    by_visitor_half_width: number;
    by_visitor_power: number;
    intra_product_correlation: number;
    design_effect: number;
    sentence: string;
  } | null;
  sentences: string[];
  warnings: string[];
  refused: string | null;
}
