/** A picture given as an example. */

export interface Example {
  hash: string;
  name: string;
  /** A picture from one's own disk is shown from there: the server may keep no small one. */
  src?: string;
}

export type Side = "good" | "bad";

/** How many of each kind make a rule that can be trusted. */
export const WANTED = 20;
/** With fewer there is nothing to learn from. */
export const LEAST = 3;
