/** The shapes of the studio's routes and one function for each. */

import { address, del, get, listen, patch, post, postFile } from "./client";
import type { components } from "./schema";

export type RegionBox = components["schemas"]["RegionBox"];
export type SignalValue = boolean | number | string;
export type ActionName = components["schemas"]["ActionName"];
export type Severity = components["schemas"]["SeverityName"];
export type RoleName = components["schemas"]["RoleName"];
export type Enforcement = components["schemas"]["EnforcementName"];
export type Pack = components["schemas"]["PackBody"];
export type Reason = Omit<components["schemas"]["Reason"], "value" | "limit"> & { value?: SignalValue | null; limit?: SignalValue | null };

export type Action = "suppress" | "review" | { demote: number } | { tag: string };
/** What becomes of a picture in one place. */
export type Outcome = "suppress" | "review" | "demote" | "accept" | "tag";
export type Grade = "P" | "Q" | "S" | "M" | "C";
export type IfMissing = "ignore" | "review" | "reject";
export type AccountRole = "viewer" | "analyst" | "editor" | "approver" | "admin";
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

// --- Session, accounts, audit ------------------------------------------------------------------------------------

export interface Session {
  demo: boolean;
  first_start: boolean;
  account: { name: string; display_name: string; role: AccountRole } | null;
  csrf: string | null;
}
export interface Account {
  name: string;
  display_name: string;
  role: AccountRole;
  disabled: boolean;
  created_ms: number;
}
export interface AuditRecord {
  seq: number;
  at_ms: number;
  actor: string;
  action: string;
  subject: string;
  reason: string | null;
  detail: Json;
}

export const session = {
  read: () => get<Session>("/v1/session"),
  signIn: (name: string, password: string) => post<Session>("/v1/session", { name, password }),
  signInAs: (role: AccountRole) => post<Session>("/v1/session/demo", { role }),
  signOut: () => del<Session>("/v1/session"),
  first: (account: { name: string; display_name: string; password: string }) => post<Session>("/v1/accounts/first", account),
};

export const accounts = {
  list: (signal?: AbortSignal) => get<{ accounts: Account[] }>("/v1/accounts", {}, signal),
  add: (account: { name: string; display_name: string; password: string; role: AccountRole }) => post<Account>("/v1/accounts", account),
  change: (name: string, change: { role?: AccountRole; disabled?: boolean; password?: string }) =>
    patch<Account>(`/v1/accounts/${encodeURIComponent(name)}`, change),
};

export const audit = (query: { before?: number; subject?: string }, signal?: AbortSignal) =>
  get<{ records: AuditRecord[]; next: number | null }>("/v1/audit", query, signal);

// --- Home --------------------------------------------------------------------------------------------------------

export interface Home {
  waiting: { draft: number; title: string; author: string; submitted_ms: number | null }[];
  /** Shares of the pictures that were newly judged, 0..1. */
  unusual: { rule: string; title: string; today: number; usual: number; ratio: number }[];
  stale: { pack: string; rule: string; title: string; checked: string; days: number }[];
  coming: { rule: string; title: string; pack: string; effective_from: string; days: number; products_failing: number; products: number }[];
  health: {
    store: boolean;
    models_refused: string[];
    release: number;
    rollout: { number: number; share: number; state: RolloutState } | null;
    pictures: number;
    products: number;
  };
  queue: { open: number };
  files_differ: boolean;
}

export const home = (signal?: AbortSignal) => get<Home>("/v1/home", {}, signal);

// --- Rules and signals -------------------------------------------------------------------------------------------

export interface Scope {
  marketplace?: string | null;
  region?: string | null;
  category?: string | null;
  role?: string | null;
  date?: string | null;
}
export interface Fires {
  pictures: number;
  share: number;
}
export interface RuleHead {
  rule: string;
  title: string;
  pack: string;
  marketplace: string;
  regions: string[];
  categories: string[];
  roles: RoleName[];
  action: Action;
  enforcement: Enforcement | null;
  grade: Grade;
  severity: Severity;
  sentence: string;
  source: string;
  checked: string;
  effective_from: string | null;
  effective_to: string | null;
}
export interface Statement {
  rule: string;
  title: string;
  pack: string;
  sentence: string;
  severity: Severity;
  action: Action;
  enforcement: Enforcement | null;
  waits_for: string[];
  supersedes: string[];
  source: string;
  grade: Grade;
  checked: string;
  owner: string;
  effective_from: string | null;
  effective_to: string | null;
}
export interface Explanation {
  scope: Scope;
  rule_set: string;
  acting: Statement[];
  warning: Statement[];
  not_measurable: Statement[];
  disabled: Statement[];
  superseded: { rule: string; title: string; by: string }[];
  later: Statement[];
  ranking: { pack: string; formula: string; sentence: string } | null;
  signals: { signal: string; name: string; doc: string; measured: boolean }[];
  fires: Record<string, Fires>;
}
export type ParamValue = boolean | number | string | number[] | string[];
export interface Param {
  value: ParamValue;
  unit?: string | null;
  range?: [number, number] | null;
  title?: string | null;
}
export type Condition = { require: string } | { when: string };
export interface RuleDocument {
  id: string;
  title: string;
  categories: string[];
  except: string[];
  roles: RoleName[];
  regions: string[];
  condition: Condition;
  params: Record<string, Param>;
  if_missing: IfMissing;
  severity: Severity;
  action: Action;
  reason_code: string;
  message: Record<string, string>;
  effective_from: string | null;
  effective_to: string | null;
  source: string;
  checked: string;
  grade: Grade;
  owner: string;
  supersedes: string[];
}
export interface SignalSpec {
  name: string;
  kind: "number" | "integer" | "bool" | "text";
  unit: string | null;
  range: [number, number] | null;
  values: string[];
  doc: string;
  detector?: string | null;
  measured?: boolean;
}
export interface Finding {
  code: string;
  severity: "error" | "warning";
  message: string;
  help: string;
  rule: string | null;
  field?: string | null;
  at?: { line: number; column: number } | null;
  length?: number | null;
}
export interface FieldChange {
  field: string;
  old: Json;
  new: Json;
  effect: "words" | "scope" | "verdict";
}
export interface RulePage {
  rule: RuleDocument;
  pack: { id: string; title: string; marketplace: string };
  sentence: string;
  inherits: string[];
  superseded_by: string[];
  signals: SignalSpec[];
  findings: Finding[];
  fires: Fires;
  /** `not_measured` until an experiment has measured it. */
  effect: string;
  /** Releases that changed it, newest first. */
  history: { release: number; at_ms: number; author: string; reason: string; change: RuleChange }[];
  cases: { count: number; both_sides: boolean; missing: string[] };
}
export interface Distribution {
  signal: string;
  unit: string | null;
  n: number;
  missing: number;
  bins: { from: number; to: number; count: number }[];
  quantiles: Partial<Record<"p01" | "p05" | "p25" | "p50" | "p75" | "p95" | "p99", number>> | null;
  values: { value: SignalValue; count: number }[];
}

/** Rules of two marketplaces that no picture satisfies together. */
export interface ScopeConflict {
  sentence: string;
  signals: string[];
  /** Their limits meet in one exact value. */
  meeting: boolean;
  /** Every rule suppresses: nobody can decide otherwise. */
  strict: boolean;
  one: ConflictingRule[];
  other: ConflictingRule[];
}
export interface ConflictingRule {
  rule: string;
  title: string;
  pack: string;
  demand: string;
  action: Action;
}
export interface Market {
  marketplace: string;
  region: string | null;
}
export interface MarketConflicts {
  one: Market;
  other: Market;
  conflicts: ScopeConflict[];
}
export interface ChangedConflict {
  one: string;
  other: string;
  category: string | null;
  role: RoleName;
  conflict: ScopeConflict;
}

export const rules = {
  index: (signal?: AbortSignal) => get<{ release: number; rules: RuleHead[] }>("/v1/rules/index", {}, signal),
  explained: (scope: Scope & { draft?: string }, signal?: AbortSignal) => get<Explanation>("/v1/rules/explained", { ...scope }, signal),
  one: (rule: string, draft?: string | null, signal?: AbortSignal) =>
    get<RulePage>(`/v1/rules/one/${encodeURIComponent(rule)}`, { draft }, signal),
  conflicts: (of: { marketplace?: string; category?: string; role?: string }, signal?: AbortSignal) =>
    get<{ pairs: MarketConflicts[] }>("/v1/rules/conflicts", of, signal),
  packs: (signal?: AbortSignal) => get<{ packs: Pack[] }>("/v1/rules/packs", {}, signal),
  signals: (signal?: AbortSignal) => get<{ signals: SignalSpec[] }>("/v1/signals", {}, signal),
  distribution: (name: string, category?: string | null, signal?: AbortSignal) =>
    get<Distribution>(`/v1/signals/${encodeURIComponent(name)}/distribution`, { category }, signal),
};

// --- Drafts ------------------------------------------------------------------------------------------------------

export type DraftState = "open" | "submitted" | "published" | "withdrawn";
/** A draft's number, as a number or as the address has it. */
export type DraftId = number | string;
export interface DraftHead {
  id: number;
  title: string;
  author: string;
  state: DraftState;
  base_release: number;
  revision: number;
  edits: number;
  created_ms: number;
  changed_ms: number;
  submitted_ms: number | null;
  shadow: boolean;
  release: number | null;
}
export interface EditDraft {
  rule: string;
  field: string;
  was: Json;
  value: Json;
}
export interface Edit extends EditDraft {
  by: string;
  at_ms: number;
}
export interface RuleChange {
  rule: string;
  pack: string;
  title: string;
  kind: "added" | "removed" | "changed";
  effect: "words" | "scope" | "verdict";
  fields: FieldChange[];
}
export interface PackChange {
  pack: string;
  title: string;
  kind: "added" | "removed" | "changed";
  fields: FieldChange[];
}
export interface PacksDiff {
  packs: PackChange[];
  rules: RuleChange[];
}
export interface Draft extends Omit<DraftHead, "edits"> {
  reason: string;
  edits: Edit[];
  diff: PacksDiff;
  findings: Finding[];
  behind: boolean;
  review: { by: string; verdict: string; reason: string; at_ms: number } | null;
  sentences: Record<string, { old: string | null; new: string | null }>;
  /** What its last backtest over the whole catalogue said, if it was of this revision. */
  backtest: BacktestResult | null;
}
export interface EditConflict {
  rule: string;
  field: string;
  was: Json;
  theirs: Json;
  yours: Json;
  by: string | null;
}
export interface Checked {
  findings: Finding[];
  sentences: Record<string, string>;
}
/** A picture whose verdict flips. */
export interface Flipped {
  product: string;
  category: string | null;
  marketplace: string | null;
  region: string | null;
  seller: string | null;
  image: string;
  content_hash: string;
  old: { main: Outcome; gallery: Outcome };
  new: { main: Outcome; gallery: Outcome };
  main_changed: boolean;
}
export interface Flip extends Flipped {
  reasons_old: Reason[];
  reasons_new: Reason[];
}
/** Judge every picture as if offered here, instead of where it is. */
export interface Offered {
  marketplace?: string | undefined;
  region?: string | undefined;
}
export interface PreviewFilter {
  offered?: Offered | undefined;
  marketplace?: string | null;
  region?: string | null;
  category?: string | null;
  rule?: string | null;
  seller?: string | null;
  limit?: number;
}
/** What a second rule book made of products that the first one judged. */
export interface Tally {
  products: number;
  not_measured: number;
  main_changed: number;
  newly_empty: number;
  newly_filled: number;
  newly_shown: number;
  newly_suppressed: number;
  pictures: number;
  /** Pictures that each rule acted on, under the first and the second. */
  by_rule: Record<string, [number, number]>;
  examples: { product: string; old_main: string | null; new_main: string | null }[];
}
export interface Shadow extends Tally {
  since_ms: number | null;
}
export interface GroupCount {
  key: string | null;
  pictures: number;
  pictures_changed: number;
  newly_suppressed: number;
  newly_empty: number;
}
export interface BacktestResult {
  pictures: number;
  products: number;
  pictures_changed: number;
  products_changed: number;
  newly_suppressed: number;
  newly_shown: number;
  newly_review: number;
  main_changed: number;
  newly_empty: number;
  no_longer_empty: number;
  by_rule: { rule: string; old: number; new: number; gained: number; lost: number }[];
  by_category: GroupCount[];
  by_region: GroupCount[];
  by_seller: GroupCount[];
  examples: Flipped[];
  forecast: { date: string; rules: { rule: string; pictures_failing: number; products_failing: number }[]; pictures_failing: number; products_failing: number }[];
  /** Pictures that could not be judged, and why. */
  unjudged: { reason: string; pictures: number }[];
}
export interface Backtest {
  id: string;
  state: "running" | "done" | "cancelled" | "failed";
  done: number;
  total: number;
  elapsed_ms: number;
  result: BacktestResult | null;
  error: string | null;
}

const draftPath = (id: DraftId) => `/v1/drafts/${encodeURIComponent(id)}`;

export const drafts = {
  list: (state?: string, signal?: AbortSignal) => get<{ drafts: DraftHead[] }>("/v1/drafts", { state }, signal),
  make: (title: string) => post<Draft>("/v1/drafts", { title }),
  read: (id: DraftId, signal?: AbortSignal) => get<Draft>(draftPath(id), {}, signal),
  rename: (id: DraftId, title: string) => patch<Draft>(draftPath(id), { title }),
  edit: (id: DraftId, edits: EditDraft[], signal?: AbortSignal) => post<Draft>(`${draftPath(id)}/edits`, { edits }, signal),
  check: (id: DraftId, edits: EditDraft[], signal?: AbortSignal) => post<Checked>(`${draftPath(id)}/check`, { edits }, signal),
  revert: (id: DraftId, rule: string, field?: string) => del<Draft>(`${draftPath(id)}/edits`, { rule, field }),
  conflicts: (id: DraftId, signal?: AbortSignal) => get<{ begins: ChangedConflict[]; ends: ChangedConflict[] }>(`${draftPath(id)}/conflicts`, {}, signal),
  rebase: (id: DraftId) => post<Draft>(`${draftPath(id)}/rebase`),
  submit: (id: DraftId, reason: string) => post<Draft>(`${draftPath(id)}/submit`, { reason }),
  withdraw: (id: DraftId, reason: string) => post<Draft>(`${draftPath(id)}/withdraw`, { reason }),
  reject: (id: DraftId, reason: string) => post<Draft>(`${draftPath(id)}/reject`, { reason }),
  approve: (id: DraftId, decision: { reason: string; start_at_ms?: number | null; stages?: number[] }) =>
    post<{ release: number }>(`${draftPath(id)}/approve`, decision),
  setShadow: (id: DraftId, on: boolean) => post<Draft>(`${draftPath(id)}/shadow`, { on }),
  shadow: (id: DraftId, signal?: AbortSignal) => get<Shadow>(`${draftPath(id)}/shadow`, {}, signal),
  preview: (id: DraftId, filter: PreviewFilter, signal?: AbortSignal) => post<{ total: number; flips: Flip[] }>(`${draftPath(id)}/preview`, filter, signal),
  backtest: (id: DraftId, over: { offered?: Offered | undefined; marketplace?: string; region?: string; date?: string }) => post<{ id: string }>(`${draftPath(id)}/backtest`, over),
};

export const backtests = {
  read: (id: string, signal?: AbortSignal) => get<Backtest>(`/v1/backtests/${encodeURIComponent(id)}`, {}, signal),
  follow: (id: string, hear: (state: Backtest) => void, broken: () => void) =>
    listen<Backtest>(`/v1/backtests/${encodeURIComponent(id)}/events`, hear, broken),
  cancel: (id: string) => del<Backtest>(`/v1/backtests/${encodeURIComponent(id)}`),
};

// --- Releases and history ----------------------------------------------------------------------------------------

export type RolloutState = "scheduled" | "canary" | "full" | "stopped" | "undone" | (string & {});
export interface ReleaseHead {
  number: number;
  title: string;
  author: string;
  approver: string | null;
  reason: string | null;
  at_ms: number;
  state: RolloutState;
  share: number;
  rules_changed: number;
  draft?: string | number | null;
  /** Whether it judges all products now. */
  in_force?: boolean;
}
export interface Guardrail {
  name: string;
  value: number;
  limit: number;
  tripped: boolean;
  e_value: number | null;
}
export interface Rollout {
  state: RolloutState;
  share: number;
  stages: number[];
  stage: number;
  since_ms: number;
  start_at_ms: number | null;
  guardrails: Guardrail[];
  seen: { products: number; newly_empty: number; main_changed: number; newly_suppressed?: number; newly_shown?: number; pictures?: number };
  /** The release that judged before it. */
  before?: number;
  log: { at_ms: number; what: string }[];
}
export interface Release extends ReleaseHead {
  diff: PacksDiff | null;
  base?: number | null;
  can_undo?: boolean;
  rollout: Rollout | null;
  backtest: BacktestResult | null;
}
export interface HeldDay {
  product: string;
  date: string;
  decisions: { id: string; at_ms: number; main: string | null; rule_set: string; release: number | null }[];
  release: number | null;
  /** The rules of the newest decision, as they were. */
  held: HeldRule[];
}
export interface HeldRule {
  rule: string;
  title: string;
  version: string;
  enforcement: Enforcement;
  roles: RoleName[];
}

export const releases = {
  list: (signal?: AbortSignal) => get<{ releases: ReleaseHead[]; stable: number; canary: number | null }>("/v1/releases", {}, signal),
  read: (number: number, signal?: AbortSignal) => get<Release>(`/v1/releases/${number}`, {}, signal),
  undo: (number: number, reason: string) => post<Release>(`/v1/releases/${number}/undo`, { reason }),
  stop: (number: number, reason: string) => post<Release>(`/v1/releases/${number}/stop`, { reason }),
  advance: (number: number, reason: string) => post<Release>(`/v1/releases/${number}/advance`, { reason }),
};

export const heldOn = (product: string, date: string, signal?: AbortSignal) => get<HeldDay>("/v1/history", { product, date }, signal);

// --- Queue, statements, objections -------------------------------------------------------------------------------

export type JudgementVerdict = "approve" | "overturn" | "wrong_region";
export interface QueueItem {
  id: string;
  product: string;
  category: string | null;
  image: string;
  content_hash: string;
  rule: string;
  title: string;
  message: string;
  value: SignalValue | null;
  limit: SignalValue | null;
  unit: string | null;
  region: RegionBox | null;
  opened_ms: number;
  origin: "rule" | "objection";
  objection: string | null;
  judgements: number;
  state: string;
  marketplace?: string;
  /** The decision that sent it here. */
  decision?: string;
  action?: string;
  /** What whoever asks said of it. */
  mine?: JudgementVerdict | null;
}
export interface Agreement {
  pairs: number;
  agreed: number;
  kappa: number | null;
  by_rule: { rule: string; judged: number; overturned: number; agreement: number | null }[];
}
export interface SellerStatement {
  product: string;
  image: string;
  content_hash?: string;
  language: string;
  at: string | number;
  by: string;
  sections: {
    rule: string;
    title: string;
    done: string;
    message: string;
    value: SignalValue | null;
    limit: SignalValue | null;
    unit: string | null;
    region: RegionBox | null;
    evidence: string;
    fix: string;
  }[];
  how_to_object: string;
}

export const queue = {
  list: (filter: { state?: string; rule?: string; category?: string }, signal?: AbortSignal) =>
    get<{ items: QueueItem[]; open: number; mine_done: number }>("/v1/queue", { state: "open", ...filter }, signal),
  judge: (id: string, judgement: { verdict: JudgementVerdict; note?: string; region?: RegionBox }) =>
    post<QueueItem>(`/v1/queue/${encodeURIComponent(id)}/judgement`, judgement),
  undo: (id: string) => post<QueueItem>(`/v1/queue/${encodeURIComponent(id)}/undo`),
  agreement: (signal?: AbortSignal) => get<Agreement>("/v1/queue/agreement", {}, signal),
  asCase: (id: string) => post<{ case_yaml: string }>(`/v1/queue/${encodeURIComponent(id)}/case`),
};

export const statement = (decision: string, query: { language?: string; image?: string }, signal?: AbortSignal) =>
  get<SellerStatement>(`/v1/decisions/${encodeURIComponent(decision)}/statement`, query, signal);
export const object = (objection: { decision: string; image: string; rule: string; text: string }) => post<{ id: string }>("/v1/objections", objection);

// --- Catalogue ---------------------------------------------------------------------------------------------------

export interface CatalogueProduct {
  product: string;
  marketplace: string | null;
  region: string | null;
  category: string | null;
  seller: string | null;
  pictures: { image: string; content_hash: string }[];
}

export const catalogue = (filter: { product?: string; category?: string | null; seller?: string; after?: string | null }, signal?: AbortSignal) =>
  get<{ products: CatalogueProduct[]; next: string | null }>("/v1/catalogue", filter, signal);

// --- Examples and trying -----------------------------------------------------------------------------------------

export interface Candidate {
  condition: string;
  params: Record<string, Param>;
  sentence: string;
  signals: string[];
  precision: number;
  recall: number;
  on_examples: { tp: number; fp: number; fn: number; tn: number };
  stored: { pictures: number; share: number };
  borderline: { content_hash: string; image: string; value: SignalValue }[];
}
export interface TryAnswer {
  content_hash: string;
  signals: Record<string, SignalValue | { value: SignalValue; region?: RegionBox | null } | null>;
  verdicts: {
    marketplace: string;
    region: string | null;
    role: RoleName;
    action: Outcome;
    points: number | null;
    may_lead: boolean;
    reasons: Reason[];
  }[];
}

export const examples = (search: { good: string[]; bad: string[]; category?: string | null }, signal?: AbortSignal) =>
  post<{ candidates: Candidate[] }>("/v1/examples/search", search, signal);
export const tryPicture = (
  picture: { bytes: string; category?: string | null; marketplaces: string[]; language?: string; draft?: DraftId },
  signal?: AbortSignal,
) => post<TryAnswer>("/v1/try", picture, signal);

/** Measures a picture and keeps what was measured under its hash. */
export const keepPicture = (file: File) => postFile<{ content_hash: string }>("/v1/images", file, { name: file.name });

/** Where the small version of a picture lies. */
export const thumbnail = (hash: string) => address(`/v1/images/${encodeURIComponent(hash)}/thumbnail`);
