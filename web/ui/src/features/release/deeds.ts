/** The record's own words (`release.undone`, `account:bob`) as people say them, with the page where the thing is. */

const DEEDS: Record<string, string> = {
  "account.added": "added",
  "account.changed": "changed",
  "draft.approved": "approved",
  "draft.backtested": "backtested",
  "draft.begun": "began",
  "draft.edited": "edited",
  "draft.named": "renamed",
  "draft.rebased": "brought up to date",
  "draft.rejected": "sent back",
  "draft.shadow_off": "took out of the shadow",
  "draft.shadow_on": "put into the shadow",
  "draft.submitted": "handed in",
  "draft.withdrawn": "withdrew",
  "image.stored": "stored",
  "objection.made": "objected to",
  "queue.judged": "judged",
  "queue.opened": "put into the queue",
  "queue.taken_back": "took back the judgement of",
  "release.advanced": "advanced",
  "release.installed": "installed",
  "release.published": "published",
  "release.stopped": "stopped",
  "release.undone": "undid",
  "session.begun": "signed in",
  "session.ended": "signed out",
  "session.refused": "tried a wrong password for",
};

export const deed = (action: string): string => DEEDS[action] ?? (action.split(".").at(-1) ?? action).replaceAll("_", " ");

/** Deeds that say all by themselves: whose account it is stands before them. */
export const alone = (action: string): boolean => action === "session.begun" || action === "session.ended";

export function thing(subject: string): { words: string; to: string | null } {
  const [kind = "", ...rest] = subject.split(/[:/]/);
  const id = rest.join(":");
  switch (kind) {
    case "release":
      return { words: `release ${id}`, to: `/releases/${id}` };
    case "draft":
      return { words: `draft ${id}`, to: `/drafts/${id}` };
    case "rule":
      return { words: `the rule ${id}`, to: `/rules/${encodeURIComponent(id)}` };
    case "account":
      return { words: `the account ${id}`, to: null };
    case "queue":
      return { words: `picture ${id.slice(0, 8)} of the queue`, to: null };
    case "session":
      return { words: "an account that there is not", to: null };
    case "image":
      return { words: `picture ${id.slice(0, 8)}`, to: null };
    default:
      return { words: subject, to: null };
  }
}
