/** Effects and metrics as text: lifts, differences, intervals with open ends. The reader's locale decides how a number is written. */

import type { Design, Estimate, LiftEstimate, MetricResult } from "../../api/experiments";

const locale = navigator.language;
/** Between a number and its unit, so that they are never broken apart. */
const GAP = "\u00a0";

/** How a metric's values are written. */
export interface Scale {
  /** A figure of an arm. */
  level: (value: number) => string;
  /** A difference between arms, signed. */
  difference: (value: number) => string;
  /** From one difference to another. */
  range: (low: number | null, high: number | null) => string;
  /** What differences count in, for axes: `percentage points`, `EUR`. */
  unit: string;
  /** Differences are drawn in these. */
  times: number;
}

/** Digits behind the point that show a value to so many significant ones. */
function digitsFor(value: number, significant: number): number {
  const size = Math.abs(value);
  if (size === 0 || !Number.isFinite(size)) return 1;
  return Math.min(6, Math.max(0, significant - 1 - Math.floor(Math.log10(size))));
}

const write = (value: number, digits: number, options: Intl.NumberFormatOptions = {}) =>
  new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits, ...options }).format(value).replace("-", "−");
const SIGNED = { signDisplay: "exceptZero" } as const;

const wider = (low: number | null, high: number | null) => Math.max(Math.abs(low ?? 0), Math.abs(high ?? 0));

/** Both ends, and the unit once. */
function ends(low: number | null, high: number | null, one: (value: number) => string, unit: string): string {
  if (low === null && high === null) return "no bound on either side";
  if (low === null) return `below ${one(high as number)}${unit}, no lower bound`;
  if (high === null) return `above ${one(low)}${unit}, no upper bound`;
  return `${one(low)} to ${one(high)}${unit}`;
}

/** How the values of a metric are written, by its definition in the plan. */
export function scaleOf(design: Design, result: Pick<MetricResult, "metric" | "unit">): Scale {
  const metric = design.metrics.find(({ name }) => name === result.metric);
  return scale(metric ? metric.kind === "proportion" || (metric.kind === "ratio" && !metric.unit) : !result.unit, result.unit);
}

function scale(share: boolean, named: string): Scale {
  const times = share ? 100 : 1;
  const unit = share ? `${GAP}points` : named ? `${GAP}${named}` : "";
  const plain = (value: number, digits: number) => write(value * times, digits, SIGNED);
  return {
    level: (value) => (share ? write(value, digitsFor(value * 100, 3), { style: "percent" }) : `${write(value, digitsFor(value, 3))}${unit}`),
    difference: (value) => `${plain(value, digitsFor(value * times, 2))}${unit}`,
    range: (low, high) => ends(low, high, (value) => plain(value, digitsFor(wider(low, high) * times, 2)), unit),
    unit: share ? "percentage points" : named,
    times,
  };
}

/** Shares are written as per cent, their differences as points. */
export const SHARES = scale(true, "");

const liftWith = (value: number, digits: number) => write(value, digits, { style: "percent", ...SIGNED });
/** Lifts from 10 % on need no digits behind the point. */
const liftDigits = (value: number) => Math.min(2, digitsFor(value * 100, 2));

/** `+3.2%`. */
export const lift = (value: number): string => liftWith(value, liftDigits(value));

/** `+1.1% to +5.3%`, `above +1.1%`, `any lift`: what the data do not contradict. */
export function liftRange({ low, high, outside }: LiftEstimate): string {
  if (outside) return low === null || high === null ? "any lift" : `below ${lift(low)} or above ${lift(high)}`;
  return ends(low, high, (value) => liftWith(value, liftDigits(wider(low, high))), "");
}

/** An interval whose ends may be open. */
export const estimateRange = ({ low, high }: Pick<Estimate, "low" | "high">, scale: Scale): string => scale.range(low, high);

/** `0.031`, `< 0.0001`. */
export function pValue(p: number): string {
  if (p < 0.0001) return `<${GAP}${write(0.0001, 4)}`;
  return write(p, p < 0.001 ? 4 : p < 0.1 ? 3 : 2);
}

/** A chance 0..1, which is never quite 0 or 1. */
export function chance(share: number): string {
  const percent = (value: number, digits: number) => write(value, digits, { style: "percent" });
  if (share > 0.999 && share < 1) return `>${GAP}${percent(0.999, 1)}`;
  if (share < 0.001 && share > 0) return `<${GAP}${percent(0.001, 1)}`;
  return percent(share, share === 0 || share === 1 ? 0 : share > 0.99 || share < 0.1 ? 1 : 0);
}

/** `95%` of an error level of 0.05. */
export const confidence = (alpha: number): string => new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 }).format(1 - alpha);
