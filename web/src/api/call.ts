/** The one way to the API: a call by its route's name, typed by the table of `core/api`. */
import type { RouteAnswer, RouteBody, RouteName, RouteQuery } from '#core/api/routes.ts';
import type { Problem } from '#core/api/views.ts';
import { addressOf, type PathParams, paths } from './paths.ts';
import { currentSession, signInAgain } from './session.ts';

type ParamsArg<N extends RouteName> = [keyof PathParams<N>] extends [never]
  ? { readonly params?: undefined }
  : { readonly params: PathParams<N> };
type BodyArg<N extends RouteName> = [RouteBody<N>] extends [undefined]
  ? { readonly body?: undefined }
  : { readonly body: RouteBody<N> };

/** What a call of route N takes. */
export type CallArgs<N extends RouteName> = ParamsArg<N> & BodyArg<N> & { readonly query?: RouteQuery<N> };

/** An answer that was no success. `problem` is null when no server of ours spoke (a cut line, a proxy's page). */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  readonly status: number;
  readonly problem: Problem | null;
  /** Milliseconds after which the server wants to be asked again. */
  readonly retryAfterMs: number | null;

  constructor(message: string, status: number, problem: Problem | null, retryAfterMs: number | null) {
    super(message);
    this.status = status;
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Whether asking again may help by itself: no connection (0), or the store is waking up. */
export const isPassing = (error: unknown): error is CallFailed =>
  error instanceof CallFailed && (error.status === 0 || error.status === 503);

/** Calls a route. Throws `CallFailed`. */
export async function call<N extends RouteName>(
  name: N,
  args: CallArgs<N>,
  signal?: AbortSignal,
): Promise<RouteAnswer<N>> {
  const [method, pattern] = paths[name];
  const { params, body, query }: { params?: object | undefined; body?: unknown; query?: unknown } = args;
  const address = addressOf(pattern, { ...params }, { ...(typeof query === 'object' ? query : {}) });
  const headers: Record<string, string> = { accept: 'application/json' };
  const { token } = currentSession();
  if (token !== null) headers.authorization = `Bearer ${token}`;
  // One key a press of a button: when the line is cut after sending, the browser's own retry changes nothing twice.
  if (method === 'post') headers['idempotency-key'] = crypto.randomUUID();
  if (body !== undefined) headers['content-type'] = 'application/json';
  const response = await fetch(address, {
    method: method.toUpperCase(),
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    // `fetch` rejects with a TypeError exactly when there was no answer at all.
    if (error instanceof TypeError) throw new CallFailed('The server does not answer.', 0, null, null);
    throw error;
  });
  if (response.status === 401 && token !== null) signInAgain();
  if (!response.ok) throw await failureOf(response);
  const answer = isJson(response) ? await response.json() : await response.text();
  return answer;
}

const isJson = (response: Response): boolean => /[/+]json\b/.test(response.headers.get('content-type') ?? '');

async function failureOf(response: Response): Promise<CallFailed> {
  const problem: Problem | null = isJson(response) ? await response.json() : null;
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const message = problem?.detail || problem?.title || `The server answered ${response.status}.`;
  return new CallFailed(message, response.status, problem, Number.isFinite(seconds) ? seconds * 1000 : null);
}
