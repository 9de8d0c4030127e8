/** How effects are drawn: over time with the always-valid band, day by day, and as a forest. Colours are the page's own, so that both
 * themes hold; what they tell is told by place and shape as well. */

import type { PlotOptions } from "@observablehq/plot";
import type { DayPoint, Estimate } from "../../../api/experiments";
import type { Scale } from "../figures";
import type * as lib from "./plot";

export type Draw = (plot: typeof lib, width: number) => PlotOptions;

const GRID = "color-mix(in oklab, var(--ink) 9%, transparent)";
const NARROW = 520;

interface Moment {
  date: Date;
  value: number;
  low: number;
  high: number;
  wideLow: number | null;
  wideHigh: number | null;
  words: string;
}

const date = (day: string) => new Date(`${day}T00:00:00Z`);
const dayName = new Intl.DateTimeFormat(navigator.language, { day: "numeric", month: "short", timeZone: "UTC" });
const weekday = new Intl.DateTimeFormat(navigator.language, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
const isWeekend = (at: Date) => at.getUTCDay() % 6 === 0;

function moments(points: DayPoint[], scale: Scale): Moment[] {
  return points.flatMap(({ day, effect, any_time: wide }) => {
    if (!effect) return [];
    const end = (value: number | null, otherwise: number) => (value ?? otherwise) * scale.times;
    return [
      {
        date: date(day),
        value: effect.value * scale.times,
        low: end(effect.low, -Infinity),
        high: end(effect.high, Infinity),
        wideLow: wide ? end(wide.low, -Infinity) : null,
        wideHigh: wide ? end(wide.high, Infinity) : null,
        words: `${weekday.format(date(day))}\n${scale.difference(effect.value)}\n${effect.low === null ? "−∞" : scale.difference(effect.low)} to ${effect.high === null ? "∞" : scale.difference(effect.high)}${wide && wide.low !== null && wide.high !== null ? `\nat every look ${scale.difference(wide.low)} to ${scale.difference(wide.high)}` : ""}`,
      },
    ];
  });
}

/** The first days are so uncertain that they would flatten all others: they run out of the frame. */
function frame(values: Moment[], more: number[]): [number, number] {
  const settled = values.slice(Math.floor(values.length * 0.3));
  const ends = settled.flatMap(({ low, high, wideLow, wideHigh }) => [low, high, wideLow ?? low, wideHigh ?? high]).filter(Number.isFinite);
  const low = Math.min(0, ...ends, ...more);
  const high = Math.max(0, ...ends, ...more);
  const room = (high - low || 1) * 0.08;
  return [low - room, high + room];
}

const clamp = (value: number, [low, high]: [number, number]) => Math.min(high, Math.max(low, value));

/** Days to name on the axis, so many as there is room for. */
function named(values: Moment[], width: number): Date[] {
  const step = Math.max(1, Math.ceil(values.length / (width < NARROW ? 4 : 9)));
  return values.filter((_, at) => at % step === 0).map((one) => one.date);
}

const axes = (plot: typeof lib, unit: string, width: number, values: Moment[]) => [
  plot.axisY({ anchor: "left", label: unit ? `Difference, ${unit}` : "Difference", labelArrow: "none", tickSize: 0, ticks: 6, tickFormat: (value: number) => signed(value) }),
  plot.axisX({ anchor: "bottom", label: null, tickSize: 4, ticks: named(values, width), tickFormat: (at: Date) => dayName.format(at) }),
];
const signed = (value: number) => new Intl.NumberFormat(navigator.language, { maximumSignificantDigits: 3, signDisplay: "exceptZero" }).format(value).replace("-", "−");

/** The effect up to each day: its estimate, the interval for one look, the band for every look. */
export function overTime(points: DayPoint[], scale: Scale, worth: number | null): Draw {
  return (plot, width) => {
    const values = moments(points, scale);
    const line = worth === null ? null : worth * scale.times;
    const domain = frame(values, line === null ? [] : [line]);
    const cut = (value: number) => clamp(value, domain);
    const last = values.slice(-1);
    return {
      marginLeft: 52,
      marginRight: 12,
      marginTop: 24,
      x: { type: "utc" },
      y: { domain },
      marks: [
        plot.ruleY([domain[0]], { stroke: "var(--line)" }),
        plot.areaY(values.filter((one) => one.wideLow !== null), { x: "date", y1: (d: Moment) => cut(d.wideLow as number), y2: (d: Moment) => cut(d.wideHigh as number), fill: "var(--accent)", fillOpacity: 0.13 }),
        plot.lineY(values.filter((one) => one.wideLow !== null), { x: "date", y: (d: Moment) => cut(d.wideLow as number), stroke: "var(--accent)", strokeOpacity: 0.7, strokeDasharray: "3 3" }),
        plot.lineY(values.filter((one) => one.wideHigh !== null), { x: "date", y: (d: Moment) => cut(d.wideHigh as number), stroke: "var(--accent)", strokeOpacity: 0.7, strokeDasharray: "3 3" }),
        plot.areaY(values, { x: "date", y1: (d: Moment) => cut(d.low), y2: (d: Moment) => cut(d.high), fill: "var(--accent)", fillOpacity: 0.25 }),
        plot.ruleY([0], { stroke: "var(--ink)", strokeWidth: 1.25 }),
        ...(line === null
          ? []
          : [
              plot.ruleY([line], { stroke: "var(--ink-2)", strokeDasharray: "1 4", strokeWidth: 2, strokeLinecap: "round" }),
              plot.text([line], { y: (value: number) => value, frameAnchor: "left", dx: 4, dy: -8, textAnchor: "start", text: () => "worth having", fill: "var(--ink-2)", stroke: "var(--surface)", strokeWidth: 3 }),
            ]),
        plot.lineY(values, { x: "date", y: (d: Moment) => cut(d.value), stroke: "var(--accent)", strokeWidth: 2.25 }),
        plot.dot(last, { x: "date", y: "value", fill: "var(--accent)", r: 4.5, stroke: "var(--surface)", strokeWidth: 1.5 }),
        ...axes(plot, scale.unit, width, values),
        plot.tip(values, plot.pointerX({ x: "date", y: (d: Moment) => cut(d.value), title: "words", fill: "var(--raised)", stroke: "var(--line-strong)" })),
      ],
    };
  };
}

/** The effect of each day's own units, weekends on a darker ground, beside the effect of the whole. */
export function byDay(points: DayPoint[], scale: Scale, whole: Estimate | null): Draw {
  return (plot, width) => {
    const values = moments(points, scale);
    const domain = frame(values, []);
    const cut = (value: number) => clamp(value, domain);
    const half = 43_200_000;
    const weekends = values.filter((one) => isWeekend(one.date));
    return {
      marginLeft: 52,
      marginRight: 12,
      marginTop: 24,
      x: { type: "utc" },
      y: { domain },
      marks: [
        plot.rect(weekends, { x1: (d: Moment) => new Date(d.date.getTime() - half), x2: (d: Moment) => new Date(d.date.getTime() + half), y1: domain[0], y2: domain[1], fill: "var(--ink)", fillOpacity: 0.05 }),
        plot.ruleY([0], { stroke: "var(--ink)", strokeWidth: 1.25 }),
        ...(whole ? [plot.ruleY([whole.value * scale.times], { stroke: "var(--accent)", strokeWidth: 1.5, strokeDasharray: "6 3" })] : []),
        plot.ruleX(values, { x: "date", y1: (d: Moment) => cut(d.low), y2: (d: Moment) => cut(d.high), stroke: "var(--ink-3)", strokeWidth: 1.5 }),
        plot.dot(values, { x: "date", y: (d: Moment) => cut(d.value), r: 4, fill: (d: Moment) => (isWeekend(d.date) ? "var(--surface)" : "var(--ink-2)"), stroke: "var(--ink-2)", strokeWidth: 1.75 }),
        ...axes(plot, scale.unit, width, values),
        plot.tip(values, plot.pointerX({ x: "date", y: (d: Moment) => cut(d.value), title: "words", fill: "var(--raised)", stroke: "var(--line-strong)" })),
      ],
    };
  };
}

/** A row of a forest: as measured, and drawn towards the whole. */
export interface ForestRow {
  name: string;
  measured: { value: number; low: number | null; high: number | null } | null;
  shrunken: { value: number; low: number | null; high: number | null } | null;
  /** Why nothing is drawn. */
  refused: string | null;
}

export const FOREST_ROW = 38;
/** Axis and margins of a forest. */
export const FOREST_FRAME = 56;

/** Rows under each other on one scale, the whole as a band behind them. */
export function forest(rows: ForestRow[], whole: { value: number; low: number | null; high: number | null } | null, times: number, axis: string): Draw {
  return (plot, width) => {
    const drawn = rows.filter((row) => row.measured ?? row.shrunken);
    const ends = drawn.flatMap((row) => [row.measured?.value, row.shrunken?.low, row.shrunken?.high, row.measured?.low, row.measured?.high]).filter((end): end is number => typeof end === "number");
    const values = [0, ...(whole ? [whole.value] : []), ...ends].map((value) => value * times);
    const room = (Math.max(...values) - Math.min(...values) || 1) * 0.06;
    const domain: [number, number] = [Math.min(...values) - room, Math.max(...values) + room];
    const cut = (value: number | null | undefined, otherwise: number) => clamp(value === null || value === undefined ? otherwise : value * times, domain);
    const longest = Math.max(...rows.map((row) => row.name.length));
    const marginLeft = Math.min(width * 0.36, Math.max(56, longest * 6.8 + 14));
    const fits = Math.floor((marginLeft - 10) / 6.4);
    const name = (text: string) => (text.length > fits ? `…${text.slice(-(fits - 1))}` : text);
    const measured = drawn.filter((row) => row.measured);
    const shrunken = drawn.filter((row) => row.shrunken);
    return {
      marginLeft,
      marginRight: 16,
      marginTop: 8,
      marginBottom: 44,
      x: { domain },
      y: { type: "band", domain: rows.map((row) => row.name), padding: 0.1 },
      marks: [
        ...(whole ? [plot.rect([whole], { x1: cut(whole.low, -Infinity), x2: cut(whole.high, Infinity), fill: "var(--accent)", fillOpacity: 0.12 }), plot.ruleX([whole.value * times], { stroke: "var(--accent)", strokeDasharray: "6 3" })] : []),
        plot.ruleX([0], { stroke: "var(--ink)", strokeWidth: 1.25 }),
        plot.ruleY(measured, { y: "name", x1: (d: ForestRow) => cut(d.measured?.low, -Infinity), x2: (d: ForestRow) => cut(d.measured?.high, Infinity), stroke: "var(--ink-3)", strokeWidth: 1.25, dy: -5 }),
        plot.dot(measured, { y: "name", x: (d: ForestRow) => cut(d.measured?.value, 0), r: 3.5, fill: "var(--surface)", stroke: "var(--ink-3)", strokeWidth: 1.5, dy: -5 }),
        plot.ruleY(shrunken, { y: "name", x1: (d: ForestRow) => cut(d.shrunken?.low, -Infinity), x2: (d: ForestRow) => cut(d.shrunken?.high, Infinity), stroke: "var(--accent)", strokeWidth: 3.5, dy: 5 }),
        plot.dot(shrunken, { y: "name", x: (d: ForestRow) => cut(d.shrunken?.value, 0), r: 5, fill: "var(--accent)", stroke: "var(--surface)", strokeWidth: 1.5, dy: 5 }),
        plot.text(rows.filter((row) => !row.measured && !row.shrunken), { y: "name", x: Math.max(0, domain[0]), dx: 8, textAnchor: "start", text: () => "no number", fill: "var(--ink-3)", fontStyle: "italic", stroke: "var(--surface)", strokeWidth: 3 }),
        plot.axisY({ anchor: "left", tickSize: 0, label: null, tickFormat: name, fill: "var(--ink)" }),
        plot.axisX({ anchor: "bottom", label: axis, labelAnchor: "center", labelArrow: "none", tickSize: 4, ticks: width < NARROW ? 4 : 7, tickFormat: (value: number) => signed(value) }),
        plot.ruleX([domain[0]], { stroke: GRID }),
      ],
    };
  };
}
