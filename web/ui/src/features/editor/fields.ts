/** Fields of a rule by the names that edits use. */

import type { Json, RuleDocument } from "../../api/studio";

export function fieldOf(rule: RuleDocument, field: string): Json {
  if (field === "condition") return conditionText(rule);
  if (field === "category") return rule.categories;
  const param = /^params\.(.+)\.value$/.exec(field);
  if (param) return rule.params[param[1] ?? ""]?.value ?? null;
  const message = /^message\.(.+)$/.exec(field);
  if (message) return rule.message[message[1] ?? ""] ?? null;
  return ((rule as unknown as Record<string, Json>)[field] ?? null) as Json;
}

/** A title as the last part of a rule's id: `Sharp enough!` is `sharp-enough`. */
export const idOf = (title: string): string =>
  title
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");

export const conditionText = (rule: RuleDocument): string => ("require" in rule.condition ? rule.condition.require : rule.condition.when);
