/** A message as a seller would read it: placeholders filled with a likely picture's values. */

import type { Param, SignalSpec, SignalValue } from "../../api/studio";
import type { Cut } from "../../lib/cuts";
import { measured } from "../../lib/format";

export interface Sample {
  value: SignalValue;
  limit: SignalValue;
  unit: string;
}

/** A picture that just fails the rule's first limit; something readable where it has none. */
export function sampleOf(params: Record<string, Param>, held: Record<string, Cut>, signals: SignalSpec[]): Sample {
  for (const [name, cut] of Object.entries(held)) {
    const limit = params[name]?.value;
    if (typeof limit !== "number") continue;
    const spec = signals.find((signal) => signal.name === cut.signal);
    const off = Math.abs(limit) * 0.15 || 0.1;
    const value = cut.passes === "above" ? limit - off : limit + off;
    return { value: spec?.kind === "integer" ? Math.round(value) : Number(value.toPrecision(3)), limit, unit: params[name]?.unit ?? spec?.unit ?? "" };
  }
  const first = signals[0];
  return { value: first?.values[0] ?? (first?.kind === "bool" ? true : 0.42), limit: "", unit: first?.unit ?? "" };
}

export function filled(text: string, sample: Sample, params: Record<string, Param>, signals: SignalSpec[]): string {
  return text
    .replace(/\{\{|\}\}|\{([^{}]*)\}/g, (all, name: string | undefined) => {
      if (name === undefined) return all.charAt(0);
      if (name === "value") return measured(sample.value);
      if (name === "limit") return measured(sample.limit);
      if (name === "unit") return sample.unit;
      const param = /^params?\.(.+)$/.exec(name);
      if (param) return String(params[param[1] ?? ""]?.value ?? all);
      const signal = /^signal\.(.+)$/.exec(name);
      const spec = signal && signals.find((candidate) => candidate.name === signal[1]);
      if (spec) return spec.values[0] ?? measured(sample.value, spec.unit);
      return all;
    })
    .replace(/ +/g, " ");
}
