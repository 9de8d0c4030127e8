/** Short notes that come and go: something was done, or could not be. */

export interface Toast {
  id: number;
  kind: "done" | "failed";
  text: string;
  help?: string | undefined;
  /** A way back, such as `Undo`. */
  action?: { label: string; run: () => void } | undefined;
}

const SHOWN_MS = 6000;
let next = 1;

class Toasts {
  list = $state<Toast[]>([]);

  done(text: string, action?: Toast["action"]): void {
    this.add({ id: next++, kind: "done", text, action });
  }

  failed(error: unknown): void {
    const { message, help } = error as { message?: string; help?: string };
    this.add({ id: next++, kind: "failed", text: message ?? "Something went wrong.", help });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  private add(toast: Toast): void {
    this.list = [...this.list.slice(-2), toast];
    setTimeout(() => this.dismiss(toast.id), toast.kind === "failed" || toast.action ? SHOWN_MS * 2 : SHOWN_MS);
  }
}

export const toasts = new Toasts();
