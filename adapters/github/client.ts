/** Octokit as we use it: retries what a server's fault made fail, waits out rate limits that end soon, says nothing. */
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';

const Patient = Octokit.plugin(retry, throttling);
export type Client = InstanceType<typeof Patient>;

/** How fast writes follow each other, and what a second is: tests have neither time nor limits. */
export interface Pace {
  readonly retryAfterBaseValue: number;
  readonly write?: NonNullable<ThrottleOptions['write']>;
  readonly notifications?: NonNullable<ThrottleOptions['notifications']>;
}
type ThrottleOptions = NonNullable<ConstructorParameters<typeof Patient>[0]>['throttle'] & object;

/** A Lambda's caller waits; a limit that takes longer is an error that the state machine tries again later. */
const longestWaitSeconds = 60;
/** Of one request, beside those of the state machine. */
const limitRetries = 2;

const silent = { debug() {}, info() {}, warn() {}, error() {} };

const waits = (seconds: number, _options: object, _octokit: object, retried: number): boolean =>
  seconds <= longestWaitSeconds && retried < limitRetries;

/** A client with a token (or an App's JWT, or nothing) for the REST API at `apiUrl`. */
export function createClient(apiUrl: string, auth: string | null, pace?: Pace): Client {
  return new Patient({
    ...(auth === null ? {} : { auth }),
    baseUrl: apiUrl,
    userAgent: 'omoios',
    log: silent,
    throttle: { onRateLimit: waits, onSecondaryRateLimit: waits, ...pace },
    ...(pace ? { retry: { retryAfterBaseValue: pace.retryAfterBaseValue } } : {}),
  });
}
