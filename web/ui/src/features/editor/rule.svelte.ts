/** One rule in a draft as both views of the editor see it: fields with values, findings, and what the rule says now. */

import { ApiError } from "../../api/client";
import { type Checked, type Condition, drafts, type EditDraft, type Finding, type Json, type RuleDocument, type RulePage, type SignalSpec } from "../../api/studio";
import { fieldOf } from "./fields";
import { type DraftSync, same } from "./sync.svelte";

export const CHECK_MS = 250;

/** What the form of a rule asks of whoever keeps its fields: a rule of a draft, or one that is not written yet. */
export interface RuleFields {
  readonly rule: string;
  /** The rule as it was before any of this. */
  readonly released: RuleDocument;
  readonly condition: Condition;
  readonly signals: SignalSpec[];
  readonly open: boolean;
  readonly languages: string[];
  findingsOf(field: string): Finding[];
  before(field: string): Json;
  value(field: string): Json;
  changed(field: string): boolean;
  set(field: string, value: Json): void;
  revert(field: string): Promise<void>;
}

export class RuleEdit implements RuleFields {
  checked = $state.raw<Checked | null>(null);
  checking = $state(false);

  constructor(
    readonly sync: DraftSync,
    readonly page: RulePage,
    /** The rule as released; that of the draft where the draft adds it. */
    readonly released: RuleDocument,
  ) {
    // As one types: the draft with what waits is checked after a short pause, and an older question is dropped.
    $effect(() => {
      if (this.sync.draft === null) return;
      const unsaved = this.sync.unsaved.filter((edit) => edit.rule === this.rule);
      // The saved ones are named, too: what the rule acts on is counted for the edits that are asked about.
      const saved = this.sync.draft.edits.filter((edit) => edit.rule === this.rule && !unsaved.some((other) => other.field === edit.field));
      const edits = [...unsaved, ...saved.map(({ rule, field, value }) => ({ rule, field, was: value, value }))];
      if (!edits.length) {
        this.checked = null;
        return;
      }
      const control = new AbortController();
      const timer = setTimeout(() => void this.check(edits, control.signal), CHECK_MS);
      return () => {
        clearTimeout(timer);
        control.abort();
      };
    });
  }

  get rule(): string {
    return this.page.rule.id;
  }

  /** The condition as edited, meant as the rule means it. */
  get condition(): Condition {
    const text = String(this.value("condition") ?? "");
    return "require" in this.released.condition ? { require: text } : { when: text };
  }

  get signals(): SignalSpec[] {
    return this.page.signals;
  }

  /** Whether edits are taken: submitted drafts rest. */
  get open(): boolean {
    return this.sync.draft?.state === "open";
  }

  get findings(): Finding[] {
    const all = this.checked?.findings ?? this.sync.draft?.findings ?? this.page.findings;
    return all.filter((finding) => finding.rule === null || finding.rule === this.rule);
  }

  findingsOf(field: string): Finding[] {
    return this.findings.filter((finding) => finding.field === field);
  }

  get sentence(): string {
    return this.checked?.sentences[this.rule] ?? this.sync.draft?.sentences[this.rule]?.new ?? this.page.sentence;
  }

  get sentenceBefore(): string | null {
    return this.sync.draft?.sentences[this.rule]?.old ?? null;
  }

  before(field: string): Json {
    return fieldOf(this.released, field);
  }

  value(field: string): Json {
    return this.sync.value(this.rule, field, this.before(field));
  }

  changed(field: string): boolean {
    return !same(this.value(field), this.before(field));
  }

  set(field: string, value: Json): void {
    this.sync.put(this.rule, field, value, this.before(field));
  }

  revert(field: string): Promise<void> {
    return this.sync.revert(this.rule, field);
  }

  /** The languages that the rule has a message in, as edited. */
  get languages(): string[] {
    const own = new Set(Object.keys(this.released.message));
    for (const edit of [...(this.sync.draft?.edits ?? []), ...this.sync.unsaved])
      if (edit.rule === this.rule && edit.field.startsWith("message.")) own.add(edit.field.slice("message.".length));
    return [...own].filter((language) => this.value(`message.${language}`) !== null).sort((a, b) => Number(b === "en") - Number(a === "en") || a.localeCompare(b));
  }

  private async check(edits: EditDraft[], signal: AbortSignal): Promise<void> {
    this.checking = true;
    try {
      this.checked = await drafts.check(this.sync.id, edits, signal);
      this.checking = false;
    } catch (error) {
      if (signal.aborted) return;
      this.checking = false;
      // A lost connection is told by the state of saving.
      this.checked = refused(error, this.rule) ?? this.checked;
    }
  }
}

/** A refusal to check is a finding of its own; null for a failure that says nothing of the rule. */
export function refused(error: unknown, rule: string): Checked | null {
  if (!(error instanceof ApiError) || error.offline || error.status >= 500) return null;
  return { findings: [{ code: error.code, severity: "error", message: error.message, help: error.help, rule, field: null }], sentences: {} };
}
