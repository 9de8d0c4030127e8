/** What the server said of a picture, put side by side: one entry for each marketplace, and the places on the picture that reasons speak of. */

import type { Outcome, Reason, RegionBox, RoleName, SignalValue, TryAnswer } from "../../api/studio";

export interface Place {
  marketplace: string;
  region: string | null;
  roles: { role: RoleName; action: Outcome }[];
  mayLead: boolean;
  reasons: Reason[];
}

export interface Mark {
  key: string;
  label: string;
  region: RegionBox;
}

const HARD: Record<string, number> = { suppress: 0, review: 1, demote: 2, tag: 3, accept: 4 };

export function places(answer: TryAnswer): Place[] {
  const found = new Map<string, Place>();
  for (const verdict of answer.verdicts) {
    const key = `${verdict.marketplace} ${verdict.region ?? ""}`;
    const place = found.get(key) ?? { marketplace: verdict.marketplace, region: verdict.region, roles: [], mayLead: false, reasons: [] };
    found.set(key, place);
    place.roles.push({ role: verdict.role, action: verdict.action });
    if (verdict.role === "main") place.mayLead = verdict.may_lead;
    for (const reason of verdict.reasons) if (!place.reasons.some((known) => known.rule === reason.rule && known.message === reason.message)) place.reasons.push(reason);
  }
  const weight = (reason: Reason) => (reason.enforcement === "warn" ? 10 : 0) + (HARD[reason.action] ?? 5);
  for (const place of found.values()) place.reasons.sort((a, b) => weight(a) - weight(b));
  return [...found.values()];
}

const keyOf = (region: RegionBox) => [region.x, region.y, region.width, region.height].map((edge) => edge.toFixed(3)).join(" ");

/** Every place that an acting reason speaks of, once, numbered in the order of the reasons. One that spans the whole picture marks nothing. */
export function marks(of: Place[]): Mark[] {
  const found = new Map<string, Mark>();
  for (const place of of)
    for (const { region, enforcement } of place.reasons) {
      if (!region || enforcement === "warn" || region.width * region.height > 0.98) continue;
      const key = keyOf(region);
      if (!found.has(key)) found.set(key, { key, label: String(found.size + 1), region });
    }
  return [...found.values()];
}

export const markOf = (reason: Reason, of: Mark[]): Mark | undefined => (reason.region ? of.find((mark) => mark.key === keyOf(reason.region as RegionBox)) : undefined);

/** What was measured, whether the server gives it bare or with its region. */
export function value(of: TryAnswer["signals"][string]): SignalValue | null {
  return of !== null && typeof of === "object" ? of.value : of;
}
