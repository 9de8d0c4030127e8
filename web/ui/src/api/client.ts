/** Speaks JSON to the server: one place for errors, the CSRF token and streams of events. */

import { sentence } from "../lib/sentence";

/** What went wrong, in the words of the server or, where it could not be reached, our own. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly help: string,
    readonly body: unknown = null,
  ) {
    super(message);
  }

  /** The server could not be reached: worth another try, nothing was said about the request. */
  get offline(): boolean {
    return this.status === 0;
  }
}

type Query = Record<string, string | number | boolean | null | undefined>;

interface Options {
  query?: Query | undefined;
  body?: unknown;
  signal?: AbortSignal | undefined;
}

let csrf: string | null = null;
let onSignedOut: () => void = () => {};

export function setCsrf(token: string | null): void {
  csrf = token;
}

/** Called when the server says that nobody is signed in any more. */
export function whenSignedOut(then: () => void): void {
  onSignedOut = then;
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> => call("GET", path, { query, signal });
export const post = <T>(path: string, body?: unknown, signal?: AbortSignal): Promise<T> => call("POST", path, { body: body ?? {}, signal });
export const put = <T>(path: string, body: unknown): Promise<T> => call("PUT", path, { body });
export const patch = <T>(path: string, body: unknown): Promise<T> => call("PATCH", path, { body });
export const del = <T>(path: string, query?: Query): Promise<T> => call("DELETE", path, { query });

/** Sends a file as it is. */
export const postFile = <T>(path: string, file: Blob, query?: Query): Promise<T> => call("POST", path, { query, body: file });

async function call<T>(method: string, path: string, { query, body, signal }: Options): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = body instanceof Blob ? "application/octet-stream" : "application/json";
  if (method !== "GET" && csrf) headers["x-csrf-token"] = csrf;
  let response: Response;
  try {
    response = await fetch(address(path, query), {
      method,
      headers,
      body: body === undefined ? null : body instanceof Blob ? body : JSON.stringify(body),
      signal: signal ?? null,
      credentials: "same-origin",
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "offline", "The server cannot be reached.", "Check the connection; nothing is lost.");
  }
  if (response.status === 204) return undefined as T;
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer as T;
  const error = failure(response, answer);
  if (error.code === "not_signed_in") onSignedOut();
  throw error;
}

function failure(response: Response, answer: unknown): ApiError {
  const { code, message, help } = (answer ?? {}) as { code?: string; message?: string; help?: string };
  // A proxy in front of the server answers for it while it is away.
  if (!code && response.status >= 502 && response.status <= 504)
    return new ApiError(0, "offline", "The server cannot be reached.", "Check the connection; nothing is lost.");
  return new ApiError(
    response.status,
    code ?? "unexpected",
    message ? sentence(message) : `The server answered with status ${response.status}.`,
    help ? sentence(help) : "Try again in a moment.",
    answer,
  );
}

export function address(path: string, query?: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

/** Listens to a stream of states until `done` or the returned function is called. */
export function listen<T>(path: string, hear: (state: T) => void, broken: () => void): () => void {
  const source = new EventSource(path);
  source.onmessage = (event) => hear(JSON.parse(event.data as string) as T);
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) broken();
  };
  return () => source.close();
}
