/** The run of pictures that one person goes through: where they are, what they said, and how to take it back. */

import { type JudgementVerdict, queue as api, type QueueItem, type RegionBox } from "../../api/studio";
import { shared } from "../../lib/shared.svelte";
import { toasts } from "../../lib/toast.svelte";

export interface Judged {
  verdict: JudgementVerdict;
  sent: boolean;
}

export const VERDICTS: Record<JudgementVerdict, { label: string; said: string }> = {
  approve: { label: "Rule is right", said: "Approved" },
  overturn: { label: "Rule is wrong here", said: "Overturned" },
  wrong_region: { label: "Wrong place marked", said: "Place corrected" },
};

export class Triage {
  items = $state.raw<QueueItem[]>([]);
  at = $state(0);
  open = $state(0);
  mine = $state(0);
  judged = $state<Record<string, Judged>>({});
  private order: string[] = [];

  get current(): QueueItem | null {
    return this.items[this.at] ?? null;
  }

  get done(): number {
    return this.items.filter((item) => this.judged[item.id]).length;
  }

  take(answer: { items: QueueItem[]; open: number; mine_done: number }): void {
    this.items = answer.items;
    this.open = answer.open;
    this.mine = answer.mine_done;
    this.at = 0;
    this.judged = {};
    this.order = [];
    shared.open = answer.open;
  }

  move(by: number): void {
    this.at = Math.min(this.items.length, Math.max(0, this.at + by));
  }

  /** Shows the next picture at once; what was said is sent meanwhile, and comes back if it could not be. */
  async judge(verdict: JudgementVerdict, more: { note?: string; region?: RegionBox } = {}): Promise<void> {
    const item = this.current;
    if (!item || this.judged[item.id]) return;
    this.judged[item.id] = { verdict, sent: false };
    this.order.push(item.id);
    this.count(-1);
    const next = this.items.findIndex((other, at) => at > this.at && !this.judged[other.id]);
    const missed = this.items.findIndex((other) => !this.judged[other.id]);
    this.at = next >= 0 ? next : missed >= 0 ? missed : this.items.length;
    try {
      await api.judge(item.id, { verdict, ...more });
      const said = this.judged[item.id];
      if (said) said.sent = true;
    } catch (error) {
      delete this.judged[item.id];
      this.order = this.order.filter((id) => id !== item.id);
      this.count(1);
      this.at = this.items.findIndex((other) => other.id === item.id);
      toasts.failed(error);
    }
  }

  /** Takes one's own last judgement back and returns to its picture. */
  async undo(): Promise<void> {
    const id = this.order.at(-1);
    if (!id || !this.judged[id]?.sent) return;
    try {
      await api.undo(id);
      this.order.pop();
      delete this.judged[id];
      this.count(1);
      this.at = this.items.findIndex((item) => item.id === id);
      toasts.done("Taken back; the picture waits again.");
    } catch (error) {
      toasts.failed(error);
    }
  }

  private count(by: number): void {
    this.open += by;
    this.mine -= by;
    shared.open = this.open;
  }
}
