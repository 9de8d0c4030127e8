/** Which signal a setting is held against in a condition, and on which side a picture passes. */

import type { Condition, Distribution } from "../api/studio";

export interface Cut {
  signal: string;
  /** Pictures pass at and above the limit, or at and below it. */
  passes: "above" | "below";
}

/** The comparisons of settings with signals that can be read off the text: `sharpness >= limit`, `limit < noise`. */
export function cuts(condition: Condition, signals: string[]): Record<string, Cut> {
  const required = "require" in condition;
  const text = required ? condition.require : condition.when;
  const known = new Set(signals);
  const found: Record<string, Cut> = {};
  for (const [, left = "", sign = "", right = ""] of text.matchAll(/([A-Za-z_]\w*)\s*(>=|<=|>|<)\s*([A-Za-z_]\w*)/g)) {
    const [signal, param, above] = known.has(left) ? [left, right, sign.startsWith(">")] : known.has(right) ? [right, left, sign.startsWith("<")] : [null, "", false];
    // A rule that speaks when its condition holds passes what lies on the other side.
    if (signal && !known.has(param)) found[param] = { signal, passes: above === required ? "above" : "below" };
  }
  return found;
}

/** The share of measured pictures that do not pass a limit, read off the bins: even within a bin. */
export function failingShare(distribution: Distribution, limit: number, passes: Cut["passes"]): number {
  let below = 0;
  let all = 0;
  for (const { from, to, count } of distribution.bins) {
    all += count;
    if (to <= limit) below += count;
    else if (from < limit) below += (count * (limit - from)) / (to - from);
  }
  if (all === 0) return 0;
  return passes === "above" ? below / all : 1 - below / all;
}
