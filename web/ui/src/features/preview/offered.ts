/** Places where products are offered, written as `amazon/US` in addresses. */

import type { Offered, Pack } from "../../api/studio";
import { marketplaceName } from "../../lib/words";

export function places(packs: Pack[]): string[] {
  const found = new Set<string>();
  for (const { marketplace, regions } of packs) {
    if (regions.length === 0) found.add(marketplace);
    for (const region of regions) found.add(`${marketplace}/${region}`);
  }
  return [...found].sort();
}

export function offered(place: string | null): Offered | undefined {
  if (!place) return undefined;
  const [marketplace, region] = place.split("/");
  return { marketplace, region };
}

export function placeName(place: string): string {
  const [marketplace = "", region] = place.split("/");
  return region ? `${marketplaceName(marketplace)} ${region}` : marketplaceName(marketplace);
}
