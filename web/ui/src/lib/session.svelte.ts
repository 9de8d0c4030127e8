/** Who is signed in and what they may do. The server decides; pages only leave out what it would refuse. */

import { ApiError, setCsrf, whenSignedOut } from "../api/client";
import { type AccountRole, type Session, session as api } from "../api/studio";

export type Deed = "edit" | "approve" | "backtest" | "judge" | "accounts";

const MAY: Record<Deed, AccountRole[]> = {
  edit: ["editor", "approver", "admin"],
  backtest: ["analyst", "editor", "approver", "admin"],
  judge: ["editor", "approver", "admin"],
  approve: ["approver", "admin"],
  accounts: ["admin"],
};

class SessionState {
  /** Null until the server was asked. */
  current = $state.raw<Session | null>(null);
  error = $state.raw<ApiError | null>(null);
  /** The session ended while somebody worked; what they were doing is still on the page. */
  ended = $state(false);

  get account() {
    return this.current?.account ?? null;
  }

  may(deed: Deed): boolean {
    return this.account !== null && MAY[deed].includes(this.account.role);
  }

  async load(): Promise<void> {
    this.error = null;
    try {
      this.take(await api.read());
    } catch (error) {
      this.error = error instanceof ApiError ? error : new ApiError(0, "offline", String(error), "");
    }
  }

  take(session: Session): void {
    setCsrf(session.csrf);
    this.current = session;
    if (session.account) this.ended = false;
  }

  async signOut(): Promise<void> {
    await api.signOut();
    await this.load();
  }
}

export const session = new SessionState();

whenSignedOut(() => {
  if (session.account) session.ended = true;
});

/** Roles from the least power to the most, with what each may do. */
export const ROLES: { role: AccountRole; title: string; may: string }[] = [
  { role: "viewer", title: "Viewer", may: "reads everything, changes nothing" },
  { role: "analyst", title: "Analyst", may: "reads, runs backtests and exports" },
  { role: "editor", title: "Editor", may: "writes drafts, works through the review queue" },
  { role: "approver", title: "Approver", may: "approves, publishes and undoes releases, too" },
  { role: "admin", title: "Admin", may: "everything, and looks after people's accounts" },
];
