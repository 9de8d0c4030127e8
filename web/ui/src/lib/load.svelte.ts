/** Something that a page fetches: what it is, that it is under way, or why it is not there. */

import { untrack } from "svelte";
import { ApiError } from "../api/client";

export class Loading<T> {
  data = $state.raw<T | null>(null);
  error = $state.raw<ApiError | null>(null);
  busy = $state(true);
  private turn = $state(0);

  /** Fetches now, and again whenever state that `fetch` reads (before it first waits) changes. What is shown stays until the new is there. */
  constructor(fetch: (signal: AbortSignal) => Promise<T>) {
    $effect(() => {
      void this.turn;
      const control = new AbortController();
      const answer = fetch(control.signal);
      untrack(() => (this.busy = true));
      answer.then(
        (data) => {
          if (control.signal.aborted) return;
          this.data = data;
          this.error = null;
          this.busy = false;
        },
        (error: unknown) => {
          if (control.signal.aborted) return;
          this.error = error instanceof ApiError ? error : new ApiError(0, "unexpected", "This page has met a fault.", String(error));
          this.busy = false;
        },
      );
      return () => control.abort();
    });
  }

  again(): void {
    this.turn += 1;
  }

  /** Takes what another call answered. */
  set(data: T): void {
    this.data = data;
    this.error = null;
  }
}
