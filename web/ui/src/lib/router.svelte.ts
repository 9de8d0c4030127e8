/** The address bar as state. Pages are named by paths below the base; the server answers all of them with the same document. */

const BASE = "/studio";

/** The path below the base, always with a leading slash, and the query. */
export const route = $state({ path: current(), query: new URLSearchParams(location.search) });

/** The full address of a path below the base. */
export const href = (path: string): string => BASE + (path === "/" ? "/" : path);

/** Goes to a path below the base. */
export function go(path: string, { replace = false }: { replace?: boolean } = {}): void {
  const address = href(path);
  if (address === location.pathname + location.search) return;
  const samePage = address.split("?")[0] === location.pathname;
  history[replace ? "replaceState" : "pushState"](null, "", address);
  read();
  if (!samePage) {
    scrollTo(0, 0);
    focusPage();
  }
}

/** Changes parameters of the query in place; empty ones go. */
export function setQuery(change: Record<string, string | null | undefined>): void {
  const query = new URLSearchParams(route.query);
  for (const [name, value] of Object.entries(change)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  const text = query.toString();
  go(route.path + (text ? `?${text}` : ""), { replace: true });
}

/** The named parts of a path by a pattern such as `/drafts/:draft/:tab?`; null where it does not fit. */
export function fit(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split("/").filter(Boolean);
  const given = path.split("/").filter(Boolean);
  if (given.length > wanted.length) return null;
  const parts: Record<string, string> = {};
  for (const [at, want] of wanted.entries()) {
    const part = given[at];
    if (want.startsWith(":")) {
      const name = want.replace(/^:|\?$/g, "");
      if (part !== undefined) parts[name] = decodeURIComponent(part);
      else if (!want.endsWith("?")) return null;
    } else if (want !== part) return null;
  }
  return parts;
}

/** Links below the base are followed without loading the document anew. */
export function followLinks(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element | null)?.closest("a");
  if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin || !link.pathname.startsWith(`${BASE}/`)) return;
  if (link.hash && link.pathname === location.pathname) return;
  event.preventDefault();
  go(link.pathname.slice(BASE.length) + link.search);
}

function current(): string {
  return location.pathname.startsWith(BASE) ? location.pathname.slice(BASE.length) || "/" : "/";
}

function read(): void {
  route.path = current();
  route.query = new URLSearchParams(location.search);
}

/** A reader hears the new page from its start. */
function focusPage(): void {
  requestAnimationFrame(() => document.getElementById("page")?.focus({ preventScroll: true }));
}

addEventListener("popstate", read);
