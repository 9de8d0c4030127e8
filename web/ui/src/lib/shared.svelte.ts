/** What many pages look up: the rule index, the packs, the signals, the open drafts. Fetched once, renewed when something changes. */

import { type DraftHead, drafts, type Pack, type RuleHead, rules, type SignalSpec } from "../api/studio";

class Shared {
  rules = $state.raw<RuleHead[] | null>(null);
  packs = $state.raw<Pack[] | null>(null);
  signals = $state.raw<SignalSpec[] | null>(null);
  drafts = $state.raw<DraftHead[] | null>(null);
  release = $state<number | null>(null);
  /** Pictures that wait in the review queue, for the navigation. */
  open = $state<number | null>(null);
  private under = new Map<string, Promise<void>>();

  needRules = () =>
    this.once("rules", async () => {
      const answer = await rules.index();
      this.rules = answer.rules;
      this.release = answer.release;
    });
  needPacks = () => this.once("packs", async () => void (this.packs = (await rules.packs()).packs));
  needSignals = () => this.once("signals", async () => void (this.signals = (await rules.signals()).signals));
  needDrafts = () => this.once("drafts", async () => void (this.drafts = (await drafts.list()).drafts));

  /** What was fetched under this name is asked for anew. */
  renew(name: "rules" | "packs" | "signals" | "drafts"): Promise<void> {
    this.under.delete(name);
    return { rules: this.needRules, packs: this.needPacks, signals: this.needSignals, drafts: this.needDrafts }[name]();
  }

  /** Forgets everything, as when somebody else signs in. */
  forget(): void {
    this.under.clear();
    this.rules = this.packs = this.signals = this.drafts = null;
  }

  titleOf(rule: string): string {
    return this.rules?.find((head) => head.rule === rule)?.title ?? rule;
  }

  private once(name: string, fetch: () => Promise<void>): Promise<void> {
    const known = this.under.get(name);
    if (known) return known;
    // A failure is not kept: the next page that needs it asks again.
    const started = fetch().catch(() => void this.under.delete(name));
    this.under.set(name, started);
    return started;
  }
}

export const shared = new Shared();
