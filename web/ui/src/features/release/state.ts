import type { ReleaseHead } from "../../api/studio";
import { rollout, type Tone } from "../../lib/words";

/** Where a release stands, for people: one that judged everything until a later one took its place is `Replaced`. */
export function releaseState(release: ReleaseHead): { label: string; tone: Tone } {
  const replaced = release.state === "full" && release.in_force === false;
  return rollout(replaced ? "replaced" : release.state);
}
