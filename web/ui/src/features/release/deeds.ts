/** The record's own words (`release.approved`, `account:bob`) as people say them, with the page where the thing is. */

const VERBS: Record<string, string> = {
  added: "added",
  made: "made",
  changed: "changed",
  edited: "edited",
  removed: "removed",
  published: "published",
  approved: "approved",
  rejected: "sent back",
  submitted: "handed in",
  withdrawn: "withdrew",
  stopped: "stopped",
  undone: "undid",
  advanced: "advanced",
  judged: "judged",
  disabled: "disabled",
  enabled: "enabled",
};

const THINGS: Record<string, string> = { draft: "draft", release: "release", account: "the account of", queue: "a picture in the queue", item: "a picture in the queue", session: "a session" };

export function deed(action: string): string {
  const word = action.split(".").at(-1) ?? action;
  return VERBS[word] ?? word.replaceAll("_", " ");
}

export function thing(subject: string): { words: string; to: string | null } {
  const [kind = "", ...rest] = subject.split(/[:/]/);
  const id = rest.join(":");
  if (kind === "release") return { words: `release ${id}`, to: `/releases/${id}` };
  if (kind === "draft") return { words: `draft ${id}`, to: `/drafts/${id}` };
  if (kind === "rule") return { words: `the rule ${id}`, to: `/rules/${encodeURIComponent(id)}` };
  if (kind === "account") return { words: `the account ${id}`, to: null };
  const known = THINGS[kind];
  return { words: known ?? subject, to: null };
}
