/** Numbers, dates and values as the reader's locale writes them. */

import type { SignalValue } from "../api/studio";

const locale = navigator.language;
const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });
const fine = new Intl.NumberFormat(locale, { maximumSignificantDigits: 2 });
const short = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
const dayFormat = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
const timeFormat = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const relativeFormat = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });

/** With three digits behind the point, and with two that say something where those would all be nought. */
export const number = (value: number): string => (value !== 0 && Math.abs(value) < 0.001 ? fine : plain).format(value);

/** `12.3K` where room is short. */
export const compact = (value: number): string => (Math.abs(value) < 10_000 ? plain.format(value) : short.format(value));

/** A share 0..1 as per cent, with as many digits as it needs to be told from nothing. */
export function percent(share: number): string {
  const digits = share === 0 || Math.abs(share) >= 0.1 ? 0 : Math.abs(share) >= 0.01 ? 1 : 2;
  if (share > 0 && share < 0.0001) return `< ${new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 2 }).format(0.0001)}`;
  return new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: digits }).format(share);
}

/** `+12`, `−3`, `0`. */
export const signed = (value: number): string => new Intl.NumberFormat(locale, { signDisplay: "exceptZero" }).format(value);

/** A day such as `2027-02-01`. */
export const day = (iso: string): string => dayFormat.format(new Date(`${iso.slice(0, 10)}T00:00:00Z`));

export const time = (ms: number): string => timeFormat.format(new Date(ms));

/** `5 minutes ago`, `in 10 weeks`. */
export function relative(ms: number, now = Date.now()): string {
  const seconds = (ms - now) / 1000;
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [
    ["year", 31_557_600],
    ["month", 2_629_800],
    ["week", 604_800],
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
  ];
  for (const [unit, length] of steps) if (Math.abs(seconds) >= length) return relativeFormat.format(Math.round(seconds / length), unit);
  return relativeFormat.format(0, "second");
}

/** How far away a day is, in the unit that people plan in: weeks from two weeks on. */
export function inDays(days: number): string {
  if (Math.abs(days) >= 14 && Math.abs(days) < 120) return relativeFormat.format(Math.round(days / 7), "week");
  if (Math.abs(days) >= 120) return relativeFormat.format(Math.round(days / 30.44), "month");
  return relativeFormat.format(days, "day");
}

/** `3 pictures`, `1 picture`. */
export const count = (value: number, one: string, many = `${one}s`): string => `${number(value)} ${value === 1 ? one : many}`;

/** A measured value with its unit; `unit` `px` and the like stand after a thin gap. */
export function measured(value: SignalValue | null | undefined, unit?: string | null): string {
  if (value === null || value === undefined) return "not measured";
  if (typeof value === "boolean") return value ? "yes" : "no";
  const text = typeof value === "number" ? number(value) : value;
  return unit ? `${text}\u202f${unit}` : text;
}

/** Milliseconds as `0.8 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 60_000) return `${number(Math.round(ms / 100) / 10)}\u202fs`;
  return `${Math.floor(ms / 60_000)}\u202fmin ${Math.round((ms % 60_000) / 1000)}\u202fs`;
}

/** Today as `2027-02-01`, by the reader's clock. */
export function today(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

/** `background_white_ratio` as `background white ratio`. */
export const spoken = (name: string): string => name.replaceAll("_", " ");
