/** A rule that is not written yet: an empty form, checked as one types as if it stood in the draft. */

import { SvelteSet } from "svelte/reactivity";
import { type Checked, type Condition, drafts, type Finding, type Json, type Param, type RuleDocument, type SignalSpec } from "../../api/studio";
import { today } from "../../lib/format";
import { shared } from "../../lib/shared.svelte";
import { conditionText, fieldOf, idOf } from "./fields";
import { CHECK_MS, refused, type RuleFields } from "./rule.svelte";
import type { DraftSync } from "./sync.svelte";

export class NewRule implements RuleFields {
  pack = $state("vitrine");
  checked = $state.raw<Checked | null>(null);
  readonly open = true;
  private document = $state.raw<RuleDocument>(empty());
  private touched = new SvelteSet<string>();

  constructor(readonly sync: DraftSync) {
    $effect(() => {
      // What is still empty is told here, in words of the form; the server looks at what there is.
      const edit = { rule: this.rule, field: "", was: null, value: this.written({ title: "New rule", source: "…" }) };
      if (!conditionText(this.document).trim()) {
        this.checked = null;
        return;
      }
      const control = new AbortController();
      const timer = setTimeout(() => {
        drafts.check(this.sync.id, [edit], control.signal).then(
          (checked) => (this.checked = checked),
          (error: unknown) => {
            if (!control.signal.aborted) this.checked = refused(error, this.rule) ?? this.checked;
          },
        );
      }, CHECK_MS);
      return () => {
        clearTimeout(timer);
        control.abort();
      };
    });
  }

  /** The title's words after the pack's name. */
  name = $derived(idOf(this.document.title));

  get rule(): string {
    return `${this.pack}.${this.name || "new-rule"}`;
  }

  /** Whether there is such a rule already. */
  get taken(): boolean {
    return (shared.rules?.some((head) => head.rule === this.rule) ?? false) || (this.sync.draft?.edits.some((edit) => edit.rule === this.rule && edit.field === "") ?? false);
  }

  /** As the draft takes it: what is empty is left out, or has what is given in its place. */
  private written(instead: { title?: string; source?: string } = {}): Json {
    const { owner: _, title, source, ...rest } = this.document;
    const document: Record<string, unknown> = {
      ...rest,
      pack: this.pack,
      id: this.rule,
      title: title.trim() || instead.title,
      source: source.trim() || instead.source,
      reason_code: (this.name || "new-rule").replaceAll("-", "_"),
    };
    const filled = (value: unknown) => value != null && value !== "" && !(typeof value === "object" && Object.keys(value as object).length === 0);
    document.message = Object.fromEntries(Object.entries(this.document.message).filter(([, text]) => text.trim()));
    return Object.fromEntries(Object.entries(document).filter(([, value]) => filled(value))) as Json;
  }

  get released(): RuleDocument {
    return this.document;
  }

  get condition(): Condition {
    return this.document.condition;
  }

  get signals(): SignalSpec[] {
    const text = conditionText(this.document);
    return (shared.signals ?? []).filter((signal) => new RegExp(`\\b${signal.name}\\b`).test(text));
  }

  get languages(): string[] {
    return Object.keys(this.document.message);
  }

  /** What nobody can leave out. */
  private get missing(): Finding[] {
    const { title, source, message } = this.document;
    const needed: [string, boolean, string, string][] = [
      ["title", this.name === "", "it has no name", "say in a few words what it demands"],
      ["condition", !conditionText(this.document).trim(), "it demands nothing yet", "choose what is measured, or write a condition"],
      ["message.en", !message["en"]?.trim(), "sellers read nothing", "say in English what is wrong with the picture"],
      ["source", !source.trim(), "nobody knows where it comes from", "name its source: a page, a contract, a decision of yours"],
    ];
    const unnamed = (field: string) => field === "title" && title.trim() !== "";
    return needed
      .filter(([, is]) => is)
      .map(([field, , message, help]) => ({ code: "missing", severity: "error", message: unnamed(field) ? "its name has no letter or digit" : message, help, rule: this.rule, field }));
  }

  get findings(): Finding[] {
    const found = (this.checked?.findings ?? []).filter((finding) => finding.rule === null || finding.rule === this.rule);
    return [...this.missing, ...found];
  }

  get errors(): number {
    return this.findings.filter((finding) => finding.severity === "error").length;
  }

  get sentence(): string | null {
    return this.checked?.sentences[this.rule] ?? null;
  }

  /** What is wrong with a field, once somebody has been there: an empty form accuses nobody. */
  findingsOf(field: string): Finding[] {
    return this.touched.has(field) ? this.findings.filter((finding) => finding.field === field) : [];
  }

  before(field: string): Json {
    return fieldOf(this.document, field);
  }

  value(field: string): Json {
    return fieldOf(this.document, field);
  }

  changed(): boolean {
    return false;
  }

  revert(): Promise<void> {
    return Promise.resolve();
  }

  set(field: string, value: Json): void {
    this.touched.add(field);
    const document = this.document;
    const param = /^params\.(.+)\.value$/.exec(field)?.[1];
    const language = /^message\.(.+)$/.exec(field)?.[1];
    if (field === "condition") this.demand({ ["require" in document.condition ? "require" : "when"]: String(value ?? "") } as Condition);
    else if (field === "category") this.document = { ...document, categories: value as string[] };
    else if (param) this.document = { ...document, params: { ...document.params, [param]: { ...(document.params[param] as Param), value: value as Param["value"] } } };
    else if (language) this.document = { ...document, message: { ...document.message, [language]: String(value ?? "") } };
    else this.document = { ...document, [field]: value };
  }

  /** What the rule demands or finds fault with, with its settings where these are given too. */
  demand(condition: Condition, params: Record<string, Param> = this.document.params): void {
    this.touched.add("condition");
    this.document = { ...this.document, condition, params };
  }

  /** What sellers read, where nobody has written it. */
  propose(message: string): void {
    if (!this.touched.has("message.en")) this.document = { ...this.document, message: { ...this.document.message, en: message } };
  }

  add(): Promise<void> {
    return drafts.edit(this.sync.id, [{ rule: this.rule, field: "", was: null, value: this.written() }]).then((draft) => this.sync.take(draft));
  }
}

function empty(): RuleDocument {
  return {
    id: "",
    title: "",
    categories: [],
    except: [],
    roles: ["main"],
    regions: [],
    condition: { require: "" },
    params: {},
    if_missing: "review",
    severity: "should",
    action: "review",
    reason_code: "",
    message: { en: "Measured {value}; the limit is {limit}." },
    effective_from: null,
    effective_to: null,
    source: "",
    checked: today(),
    grade: "P",
    owner: "",
    supersedes: [],
  };
}
