/**
 * Held by the type checker: every field that pages read stands in the server's description. `studio.ts` says more than the description
 * can (what an action looks like, which fields are never left out); this file keeps it from saying anything else.
 */

import type * as lab from "./experiments";
import type { components, paths } from "./schema";
import type * as studio from "./studio";

type Method = "get" | "post" | "patch" | "delete";
type Answer<Path extends keyof paths, How extends Method> = paths[Path][How] extends { responses: { 200: { content: { "application/json": infer Body } } } } ? Body : never;
type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];
/** The fields that we read and the server does not have. */
type Unknown<Server, Ours> = [Server] extends [never] ? "no such route" : Exclude<keyof Ours, keyof Server>;
type None<Fields extends never> = Fields;

export type Agreed =
  | None<Unknown<Answer<"/v1/session", "get">, studio.Session>>
  | None<Unknown<Answer<"/v1/accounts", "get">, { accounts: studio.Account[] }>>
  | None<Unknown<Answer<"/v1/accounts", "get">["accounts"][number], studio.Account>>
  | None<Unknown<Answer<"/v1/audit", "get">["records"][number], studio.AuditRecord>>
  | None<Unknown<Answer<"/v1/queue", "get">, { items: studio.QueueItem[]; open: number; mine_done: number }>>
  | None<Unknown<Answer<"/v1/queue", "get">["items"][number], studio.QueueItem>>
  | None<Unknown<Answer<"/v1/queue/agreement", "get">, studio.Agreement>>
  | None<Unknown<Answer<"/v1/queue/agreement", "get">["by_rule"][number], studio.Agreement["by_rule"][number]>>
  | None<Unknown<Answer<"/v1/decisions/{id}/statement", "get">, studio.SellerStatement>>
  | None<Unknown<Answer<"/v1/decisions/{id}/statement", "get">["sections"][number], studio.SellerStatement["sections"][number]>>
  | None<Unknown<Answer<"/v1/try", "post">, studio.TryAnswer>>
  | None<Unknown<Answer<"/v1/try", "post">["verdicts"][number], studio.TryAnswer["verdicts"][number]>>
  | None<Unknown<Answer<"/v1/rules/packs", "get">, { packs: studio.Pack[] }>>
  | None<Unknown<Answer<"/v1/rules/index", "get">["rules"][number], studio.RuleHead>>
  | None<Unknown<Answer<"/v1/rules/explained", "get">, Pick<studio.Explanation, "fires">>>
  | None<Unknown<Answer<"/v1/rules/one/{rule}", "get">, studio.RulePage>>
  | None<Unknown<Answer<"/v1/rules/one/{rule}", "get">["history"][number], studio.RulePage["history"][number]>>
  | None<Unknown<Answer<"/v1/rules/conflicts", "get">, { pairs: studio.MarketConflicts[] }>>
  | None<Unknown<Answer<"/v1/signals/{name}/distribution", "get">, studio.Distribution>>
  | None<Unknown<Answer<"/v1/home", "get">, studio.Home>>
  | None<Unknown<Answer<"/v1/home", "get">["waiting"][number], studio.Home["waiting"][number]>>
  | None<Unknown<Answer<"/v1/home", "get">["unusual"][number], studio.Home["unusual"][number]>>
  | None<Unknown<Answer<"/v1/home", "get">["stale"][number], studio.Home["stale"][number]>>
  | None<Unknown<Answer<"/v1/home", "get">["coming"][number], studio.Home["coming"][number]>>
  | None<Unknown<Answer<"/v1/home", "get">["health"], studio.Home["health"]>>
  | None<Unknown<Answer<"/v1/drafts", "get">["drafts"][number], studio.DraftHead>>
  | None<Unknown<Answer<"/v1/drafts/{id}", "get">, studio.Draft>>
  | None<Unknown<Answer<"/v1/drafts/{id}", "get">["edits"][number], Omit<studio.Edit, keyof studio.EditDraft>>>
  | None<Unknown<NonNullable<Answer<"/v1/drafts/{id}", "get">["review"]>, NonNullable<studio.Draft["review"]>>>
  | None<Unknown<Answer<"/v1/drafts/{id}/check", "post">, studio.Checked>>
  | None<Unknown<Answer<"/v1/drafts/{id}/conflicts", "get">, { begins: studio.ChangedConflict[]; ends: studio.ChangedConflict[] }>>
  | None<Unknown<Answer<"/v1/drafts/{id}/preview", "post">, { total: number; flips: studio.Flip[] }>>
  | None<Unknown<Answer<"/v1/drafts/{id}/shadow", "get">, studio.Shadow>>
  | None<Unknown<Answer<"/v1/backtests/{id}", "get">, studio.Backtest>>
  | None<Unknown<Answer<"/v1/releases", "get">, { releases: studio.ReleaseHead[]; stable: number; canary: number | null }>>
  | None<Unknown<Answer<"/v1/releases", "get">["releases"][number], studio.ReleaseHead>>
  | None<Unknown<Answer<"/v1/releases/{number}", "get">, studio.Release>>
  | None<Unknown<NonNullable<Answer<"/v1/releases/{number}", "get">["rollout"]>, studio.Rollout>>
  | None<Unknown<Answer<"/v1/history", "get">, studio.HeldDay>>
  | None<Unknown<Answer<"/v1/history", "get">["decisions"][number], studio.HeldDay["decisions"][number]>>
  | None<Unknown<Answer<"/v1/history", "get">["held"][number], studio.HeldRule>>
  | None<Unknown<Answer<"/v1/catalogue", "get">["products"][number], studio.CatalogueProduct>>
  | None<Unknown<Answer<"/v1/examples/search", "post">, { candidates: studio.Candidate[] }>>
  | None<Unknown<Answer<"/v1/experiments", "get">, { experiments: lab.Head[]; portfolio: lab.Portfolio }>>
  | None<Unknown<Answer<"/v1/experiments", "get">["experiments"][number], lab.Head>>
  | None<Unknown<Answer<"/v1/experiments/{id}", "get">, lab.Experiment>>
  | None<Unknown<Answer<"/v1/experiments/{id}/pictures", "get">["treatments"][number], lab.ChangedPictures["treatments"][number]>>
  | None<Unknown<Answer<"/v1/experiments/traffic", "get">, lab.Traffic>>
  | None<Unknown<Schema<"Report">, lab.Report>>
  | None<Unknown<Schema<"Design">, lab.Design>>
  | None<Unknown<Schema<"VariantDesign">, lab.Variant>>
  | None<Unknown<Schema<"Exploration">, lab.Exploration>>
  | None<Unknown<Schema<"OffPolicyAnswer">, lab.OffPolicy>>
  | None<Unknown<Schema<"Estimated">, lab.Estimated>>
  | None<Unknown<Schema<"Verdict">, lab.Report["verdict"]>>
  | None<Unknown<Schema<"Comparison">, lab.Comparison>>
  | None<Unknown<Schema<"MetricResult">, lab.MetricResult>>
  | None<Unknown<Schema<"Effect">, lab.Effect>>
  | None<Unknown<Schema<"PlanAnswer">, lab.PlanAnswer>>
  | None<Unknown<Schema<"PlanQuestion">, lab.PlanQuestion>>
  | None<Unknown<Schema<"PortfolioMetric">, lab.PortfolioMetric>>;
