/** A plan as it is being written: saved as one types, with the server's faults, and with the calculator's answer beside it. */

import { ApiError } from "../../../api/client";
import { type Baseline, type Design, experiments as api, type Experiment, type Metric, type PlanAnswer, type PlanQuestion, type Traffic } from "../../../api/experiments";
import { blank, nameOf } from "./design";

const SAVE_AFTER_MS = 700;
const ASK_AFTER_MS = 350;
const TRAFFIC_DAYS = 28;
/** Clicks per impression where nobody knows better. */
const RATE_UNKNOWN = 0.05;

export type SaveState = "new" | "saved" | "waiting" | "saving" | "failed" | "stale";

export const STEPS = [
  { id: "question", title: "Question", note: "What should get better, and why?" },
  { id: "variants", title: "Variants", note: "What is compared with what?" },
  { id: "unit", title: "Unit", note: "What is split: visitors or products?" },
  { id: "metrics", title: "Metrics", note: "What decides, what must not get worse?" },
  { id: "size", title: "Size", note: "How many units, how many days?" },
  { id: "check", title: "Rules and check", note: "How is it decided, and what speaks against it?" },
] as const;
export type StepId = (typeof STEPS)[number]["id"];

const rounded = (value: number) => Number(value.toPrecision(4));

/** The step in which a fault of the server’s can be mended. */
export function stepOf(fault: string): StepId {
  if (/^exploring:/.test(fault)) return "variants";
  if (/^blocks |a holdout is of visitors/.test(fault)) return "unit";
  if (/^metric |metric|guardrail/.test(fault)) return "metrics";
  if (/title|hypothesis|owner/.test(fault)) return "question";
  if (/variant|weight|holdout/.test(fault)) return "variants";
  if (/slot/.test(fault)) return "unit";
  if (/lift|days|power|error level|share of the traffic/.test(fault)) return "size";
  return "check";
}

/** An answer of the calculator that follows its question as one types. */
class Asked {
  answer = $state.raw<PlanAnswer | null>(null);
  busy = $state(false);
  failed = $state.raw<ApiError | null>(null);

  /** The question is null while something that it needs was not said. */
  constructor(question: () => PlanQuestion | null) {
    $effect(() => {
      const asked = question();
      if (!asked) {
        this.answer = null;
        return;
      }
      const control = new AbortController();
      const timer = setTimeout(() => {
        this.busy = true;
        api.plan(asked, control.signal).then(
          (answer) => {
            if (control.signal.aborted) return;
            this.answer = answer;
            this.failed = null;
            this.busy = false;
          },
          (error: unknown) => {
            if (control.signal.aborted) return;
            this.busy = false;
            this.answer = null;
            this.failed = error instanceof ApiError ? error : null;
          },
        );
      }, ASK_AFTER_MS);
      return () => {
        clearTimeout(timer);
        control.abort();
      };
    });
  }
}

export class Planner {
  /** Empty until it was saved for the first time. */
  id = $state("");
  /** The name that a new one gets; follows the title until somebody changes it. */
  name = $state("");
  revision = 0;
  design = $state<Design>(blank(""));
  experiment = $state.raw<Experiment | null>(null);
  state = $state<SaveState>("new");
  error = $state.raw<ApiError | null>(null);

  traffic = $state.raw<Traffic | null>(null);
  /** The primary metric as it is today; a draft of numbers, null where nobody has said. */
  today = $state<{ rate: number | null; mean: number | null; sd: number | null; ratio: number | null; value: number | null; below: number | null; above: number | null }>({
    rate: null,
    mean: null,
    sd: null,
    ratio: null,
    value: null,
    below: null,
    above: null,
  });
  unitsPerDay = $state<number | null>(null);
  correlation = $state(0);
  products = $state<number | null>(40);
  impressions = $state<number | null>(300);
  /** What is measured, per impression; null = as the primary metric is today. */
  rate = $state<number | null>(null);
  private size = new Asked(() => this.question());
  /** Products against their visitors, whatever is split and however little is known yet. */
  designs = new Asked(() => this.designsQuestion());

  primary = $derived(this.design.metrics.find(({ name }) => name === this.design.primary) ?? null);
  impressionRate = $derived(this.rate ?? this.today.rate ?? this.today.ratio ?? RATE_UNKNOWN);
  figures = $derived(this.design.decision.looks === "any_time" ? this.answer?.any_time ?? null : this.answer?.at_the_end ?? null);
  faults = $derived(this.experiment?.faults ?? []);
  warnings = $derived(this.experiment?.warnings ?? []);
  private last = "";
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(owner: string) {
    this.design = blank(owner);
    this.last = JSON.stringify(this.design);

    // Saved as one types.
    $effect(() => {
      const now = JSON.stringify(this.design);
      if (!this.id || now === this.last || this.state === "stale") return;
      clearTimeout(this.timer);
      this.state = "waiting";
      this.timer = setTimeout(() => void this.save(), SAVE_AFTER_MS);
    });
  }

  get answer(): PlanAnswer | null {
    return this.size.answer;
  }

  get asking(): boolean {
    return this.size.busy;
  }

  get askFailed(): ApiError | null {
    return this.size.failed;
  }

  take(experiment: Experiment): void {
    const other = this.id !== experiment.id && experiment.design.unit.what !== this.design.unit.what;
    this.experiment = experiment;
    this.id = experiment.id;
    this.revision = experiment.revision;
    this.design = structuredClone(experiment.design);
    this.last = JSON.stringify(this.design);
    this.state = "saved";
    this.error = null;
    if (other) this.countUnits();
  }

  /** A new draft under its name. */
  async create(): Promise<void> {
    this.state = "saving";
    this.error = null;
    try {
      this.take(await api.create(this.name || nameOf(this.design.title), $state.snapshot(this.design) as Design));
    } catch (error) {
      this.state = "new";
      this.error = error as ApiError;
      throw error;
    }
  }

  /** Saves what is not saved yet; resolves when it is. */
  async save(): Promise<boolean> {
    clearTimeout(this.timer);
    const sent = JSON.stringify(this.design);
    if (!this.id || sent === this.last) return this.state === "saved";
    if (this.state === "saving") return false;
    this.state = "saving";
    try {
      const experiment = await api.save(this.id, this.revision, JSON.parse(sent) as Design);
      this.experiment = experiment;
      this.revision = experiment.revision;
      this.last = sent;
      this.error = null;
      this.state = "saved";
    } catch (error) {
      this.error = error instanceof ApiError ? error : null;
      this.state = error instanceof ApiError && error.code === "stale" ? "stale" : "failed";
      return false;
    }
    // Typed on meanwhile.
    if (JSON.stringify(this.design) !== sent) return this.save();
    return true;
  }

  /** Takes over what somebody else has made of it. */
  async reload(): Promise<void> {
    this.take(await api.read(this.id));
  }

  async lookAtTraffic(): Promise<void> {
    try {
      this.traffic = await api.traffic(TRAFFIC_DAYS);
    } catch {
      this.traffic = null;
    }
    this.fromTraffic();
  }

  /** What the traffic of the last weeks says of the primary metric, where nobody has said otherwise. */
  fromTraffic(): void {
    const { traffic, primary } = this;
    if (!traffic || !primary) return;
    if (this.unitsPerDay === null && this.design.unit.what === "visitor" && traffic.units_per_day > 0) this.unitsPerDay = Math.round(traffic.units_per_day);
    const seen = traffic.outcomes.find(({ name }) => name === primary.event);
    const units = traffic.units_per_day * traffic.days;
    if (!seen || !units) return;
    if (primary.kind === "proportion") this.today.rate ??= rounded(Math.min(1, seen.units / units));
    if (primary.kind === "count") this.today.mean ??= rounded(seen.events / units);
  }

  /** Other units come in other numbers: visitors as the traffic says, slots by the clock. */
  countUnits(): void {
    const { unit } = this.design;
    this.unitsPerDay = unit.what === "slot" && unit.minutes > 0 ? rounded(1440 / unit.minutes) : null;
    this.fromTraffic();
  }

  /** Numbers of another metric say nothing of this one. */
  forgetToday(): void {
    this.today = { rate: null, mean: null, sd: null, ratio: null, value: null, below: null, above: null };
    this.fromTraffic();
  }

  private baseline(metric: Metric): Baseline | null {
    const { rate, mean, sd, ratio, value, below, above } = this.today;
    switch (metric.kind) {
      case "proportion":
        return rate === null ? null : { kind: "proportion", rate };
      case "count":
        return mean === null ? null : { kind: "count", mean, ...(sd === null ? {} : { sd }) };
      case "total":
        return mean === null || sd === null ? null : { kind: "total", mean, sd };
      case "ratio":
        return ratio === null || sd === null ? null : { kind: "ratio", ratio, sd };
      case "quantile":
        return value === null || below === null || above === null ? null : { kind: "quantile", level: metric.level, value, below, above };
    }
  }

  /** Null while something that it needs was not said. */
  private question(): PlanQuestion | null {
    const { design, primary, unitsPerDay } = this;
    const metric = primary && this.baseline(primary);
    if (!metric || !unitsPerDay || !(design.minimum_lift > 0) || design.variants.length < 2) return null;
    return {
      metric,
      lift: primary.good === "higher" ? design.minimum_lift : -design.minimum_lift,
      alpha: design.decision.alpha,
      power: design.decision.power,
      weights: design.variants.map(({ weight }) => weight),
      correlation: design.pre_period_days ? this.correlation : 0,
      units_per_day: unitsPerDay,
      share: design.share,
      ...(design.planned_units ? { units: design.planned_units } : {}),
    };
  }

  private designsQuestion(): PlanQuestion | null {
    const { design, primary, products, impressions, impressionRate: rate } = this;
    if (!products || !impressions || !(rate > 0 && rate < 1) || !(design.minimum_lift > 0)) return null;
    return {
      metric: { kind: "proportion", rate },
      lift: primary?.good === "lower" ? -design.minimum_lift : design.minimum_lift,
      alpha: design.decision.alpha,
      power: design.decision.power,
      weights: [1, 1],
      correlation: 0,
      // The comparison is of impressions; how many units come a day does not matter to it.
      units_per_day: products * impressions,
      share: 1,
      products: { products: Math.round(products), impressions, rate },
    };
  }
}
