/**
 * Held by the type checker: every field that pages read stands in the server's description. `studio.ts` says more than the description
 * can (what an action looks like, which fields are never left out); this file keeps it from saying anything else.
 */

import type { paths } from "./schema";
import type * as studio from "./studio";

type Method = "get" | "post" | "patch" | "delete";
type Answer<Path extends keyof paths, How extends Method> = paths[Path][How] extends { responses: { 200: { content: { "application/json": infer Body } } } } ? Body : never;
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
  | None<Unknown<Answer<"/v1/rules/packs", "get">, { packs: studio.Pack[] }>>;
