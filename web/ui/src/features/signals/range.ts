/** The ends of an axis that shows the bulk of the readings and the limit. */

import type { Distribution } from "../../api/studio";

export function shownRange(distribution: Distribution, limit: number | null): [number, number] {
  const { bins, quantiles } = distribution;
  const first = bins[0]?.from ?? 0;
  const last = bins.at(-1)?.to ?? 1;
  // One enormous reading must not squeeze all others into a corner.
  const high = Math.min(last, (quantiles?.p99 ?? last) * 1.15);
  const low = first >= 0 && first < high * 0.2 ? Math.min(0, first) : first;
  return [Math.min(low, limit ?? low), Math.max(high, limit === null ? high : limit * 1.05)];
}
