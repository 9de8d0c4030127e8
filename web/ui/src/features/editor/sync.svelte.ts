/**
 * Keeps the edits of one draft: those that the server has, those that wait, and those that somebody else's edits stand against.
 * It outlives pages, so that leaving one never loses a keystroke; what waits is also kept in the browser until the server has it.
 */

import { SvelteMap } from "svelte/reactivity";
import { ApiError } from "../../api/client";
import { type Draft, drafts as api, type EditConflict, type EditDraft, type Json } from "../../api/studio";
import { session } from "../../lib/session.svelte";

export type SyncState = "saved" | "waiting" | "saving" | "offline" | "conflict" | "failed";

const PAUSE_MS = 700;
const AGAIN_MS = 3000;
const LOOK_MS = 5000;

const key = (rule: string, field: string) => `${rule}\n${field}`;
export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

export class DraftSync {
  draft = $state.raw<Draft | null>(null);
  error = $state.raw<ApiError | null>(null);
  /** Why the last save was refused, where it was. */
  refused = $state.raw<ApiError | null>(null);
  waiting = new SvelteMap<string, EditDraft>();
  conflicts = new SvelteMap<string, EditConflict>();
  private sending = $state(false);
  private offline = $state(false);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private watchers = 0;
  private looking: ReturnType<typeof setInterval> | undefined;

  constructor(readonly id: string) {
    for (const edit of this.kept()) this.waiting.set(key(edit.rule, edit.field), edit);
    addEventListener("online", () => this.waiting.size && this.soon(0));
  }

  state = $derived.by<SyncState>(() => {
    if (this.conflicts.size) return "conflict";
    if (this.offline) return "offline";
    if (this.refused) return "failed";
    if (this.sending) return "saving";
    return this.waiting.size ? "waiting" : "saved";
  });

  /** Edits that are not saved, those in conflict included. */
  get unsaved(): EditDraft[] {
    return [...this.waiting.values(), ...[...this.conflicts.values()].map(({ rule, field, was, yours }) => ({ rule, field, was, value: yours }))];
  }

  /** The value as it stands on the page: what waits, else what the draft has, else `released`. */
  value(rule: string, field: string, released: Json): Json {
    const at = key(rule, field);
    const conflict = this.conflicts.get(at);
    if (conflict) return conflict.yours;
    const waits = this.waiting.get(at);
    return waits ? waits.value : this.stored(rule, field, released);
  }

  /** The value that the draft has on the server, as far as known here. */
  stored(rule: string, field: string, released: Json): Json {
    const edit = this.draft?.edits.find((candidate) => candidate.rule === rule && candidate.field === field);
    return edit ? edit.value : released;
  }

  put(rule: string, field: string, value: Json, released: Json): void {
    const at = key(rule, field);
    const conflict = this.conflicts.get(at);
    if (conflict) {
      this.conflicts.set(at, { ...conflict, yours: value });
      this.keep();
      return;
    }
    const was = this.waiting.get(at)?.was ?? this.stored(rule, field, released);
    if (same(was, value) && !this.sending) this.waiting.delete(at);
    else this.waiting.set(at, { rule, field, was, value });
    this.refused = null;
    this.keep();
    this.soon(PAUSE_MS);
  }

  /** Takes back what the draft changed in a field. */
  async revert(rule: string, field: string): Promise<void> {
    this.waiting.delete(key(rule, field));
    this.conflicts.delete(key(rule, field));
    this.keep();
    if (this.draft?.edits.some((edit) => edit.rule === rule && edit.field === field)) this.draft = await api.revert(this.id, rule, field);
  }

  takeTheirs(conflict: EditConflict): void {
    this.conflicts.delete(key(conflict.rule, conflict.field));
    this.keep();
    void this.load();
  }

  keepMine(conflict: EditConflict): void {
    const { rule, field, theirs, yours } = conflict;
    this.conflicts.delete(key(rule, field));
    this.waiting.set(key(rule, field), { rule, field, was: theirs, value: yours });
    this.keep();
    this.soon(0);
  }

  /** Sends what waits now, as before leaving. */
  flush(): void {
    if (this.waiting.size) this.soon(0);
  }

  /** Looks for others' edits while a page shows the draft; the returned function ends it. */
  watch(): () => void {
    this.watchers += 1;
    if (this.watchers === 1) {
      void this.load();
      this.looking = setInterval(() => document.visibilityState === "visible" && !this.sending && void this.load(), LOOK_MS);
    }
    if (this.waiting.size) this.soon(PAUSE_MS);
    return () => {
      this.flush();
      this.watchers -= 1;
      if (this.watchers === 0) clearInterval(this.looking);
    };
  }

  async load(): Promise<void> {
    try {
      const draft = await api.read(this.id);
      if (this.sending) return;
      this.take(draft);
      if (this.offline) this.soon(0);
    } catch (error) {
      if (error instanceof ApiError && (!error.offline || !this.draft)) this.error = error;
    }
  }

  /** Takes the server's draft, and finds what it holds against what waits here. */
  take(draft: Draft): void {
    // An answer that was on its way while a newer one came says nothing new.
    if (this.draft && draft.revision < this.draft.revision) return;
    this.draft = draft;
    this.error = null;
    for (const [at, edit] of this.waiting) {
      const stored = draft.edits.find((candidate) => candidate.rule === edit.rule && candidate.field === edit.field);
      if (!stored || same(stored.value, edit.was)) continue;
      this.waiting.delete(at);
      if (!same(stored.value, edit.value)) this.conflicts.set(at, { rule: edit.rule, field: edit.field, was: edit.was, theirs: stored.value, yours: edit.value, by: stored.by });
    }
    this.keep();
  }

  private soon(after: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.send(), after);
  }

  private async send(): Promise<void> {
    if (this.sending || this.waiting.size === 0) return;
    const batch = new Map(this.waiting);
    this.sending = true;
    try {
      const draft = await api.edit(this.id, [...batch.values()]);
      for (const [at, edit] of batch) {
        const now = this.waiting.get(at);
        if (!now) continue;
        if (same(now.value, edit.value)) this.waiting.delete(at);
        else this.waiting.set(at, { ...now, was: edit.value });
      }
      this.offline = false;
      this.refused = null;
      this.sending = false;
      this.take(draft);
      if (this.waiting.size) this.soon(PAUSE_MS);
    } catch (error) {
      this.sending = false;
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    const fault = error instanceof ApiError ? error : new ApiError(0, "offline", String(error), "");
    const body = fault.body as { conflicts?: EditConflict[] } | null;
    if (fault.code === "edit_conflict" && body?.conflicts) {
      // Nothing was saved. What is disputed waits for a choice; the rest is sent again at once.
      for (const conflict of body.conflicts) {
        const at = key(conflict.rule, conflict.field);
        const mine = this.waiting.get(at);
        this.waiting.delete(at);
        this.conflicts.set(at, { ...conflict, yours: mine ? mine.value : conflict.yours });
      }
      this.keep();
      void this.load();
      this.soon(0);
    } else if (fault.offline || fault.status >= 500 || fault.code === "not_signed_in") {
      this.offline = fault.code !== "not_signed_in";
      this.soon(AGAIN_MS);
    } else {
      this.refused = fault;
    }
  }

  private get place(): string {
    return `vitrine.edits.${session.account?.name ?? ""}.${this.id}`;
  }

  /** What the browser keeps from before: edits that the server never had. */
  private kept(): EditDraft[] {
    try {
      const text = localStorage.getItem(this.place);
      return text ? (JSON.parse(text) as EditDraft[]) : [];
    } catch {
      return [];
    }
  }

  private keep(): void {
    try {
      const unsaved = this.unsaved;
      if (unsaved.length) localStorage.setItem(this.place, JSON.stringify(unsaved));
      else localStorage.removeItem(this.place);
    } catch {
      // Storage is blocked: the edits live as long as the page.
    }
  }
}

const known = new Map<string, DraftSync>();

/** The one keeper of a draft's edits for the person who is signed in. */
export function syncOf(draft: string): DraftSync {
  const name = `${session.account?.name ?? ""} ${draft}`;
  let sync = known.get(name);
  if (!sync) known.set(name, (sync = new DraftSync(draft)));
  return sync;
}

addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") for (const sync of known.values()) sync.flush();
});
