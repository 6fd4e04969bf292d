/** GitHub's refusals as sentences: what went wrong and what a person does about it. Never a token, never a header. */
import { z } from 'zod';
import { type DomainError, ForgeRefused, ForgeUnavailable } from '#core/errors.ts';
import { permissionSentence } from '#core/forge/github-app.ts';

const Failed = z.object({
  status: z.number(),
  message: z.string(),
  response: z
    .object({
      headers: z.record(z.string(), z.union([z.string(), z.number()]).optional()),
      data: z.unknown(),
    })
    .optional(),
});

/** Whether GitHub answered with this status. */
export function isStatus(error: unknown, status: number): boolean {
  const failed = Failed.safeParse(error);
  return failed.success && failed.data.status === status && failed.data.response !== undefined;
}

/** Who asks, so that the sentence can name it and where its permissions are. */
export interface Asker {
  readonly whose: string;
  readonly where: string;
}

/** The domain's error for one of Octokit; what is none of Octokit's is returned as it is. `what` is the repository's URL. */
export function forgeError(error: unknown, what: string, asker: Asker): unknown {
  const failed = Failed.safeParse(error);
  return failed.success ? refusal(failed.data, what, asker) : error;
}

function refusal(failed: z.infer<typeof Failed>, what: string, asker: Asker): DomainError {
  const { status, response } = failed;
  const message = failed.message.split('\n')[0]?.slice(0, 300) ?? '';
  const headers = response?.headers ?? {};
  if (response === undefined) return new ForgeUnavailable(`GitHub cannot be reached: ${message}`);
  if (isLimit(status, headers, message)) {
    const seconds = Number(headers['retry-after'] ?? 60);
    return new ForgeUnavailable('The rate limit of GitHub is used up; it is asked again later.', { seconds });
  }
  if (status >= 500) return new ForgeUnavailable(`GitHub answers with ${status}; it is asked again later.`);
  if (status === 401)
    return new ForgeRefused(
      `GitHub does not accept ${asker.whose.replace(/^The/, 'the')} any more: it expired, was revoked or was deleted. Connect GitHub again in the console's settings.`,
    );
  if (status === 403) return forbidden(headers, message, what, asker);
  if (status === 404)
    return new ForgeRefused(
      `${asker.whose} does not see ${what}. Check the name, and give it access to the repository under ${asker.where}.`,
      { repo: what },
    );
  return new ForgeRefused(`GitHub refuses with ${status}: ${message}`, { repo: what });
}

function isLimit(status: number, headers: Readonly<Record<string, unknown>>, message: string): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return (
    headers['retry-after'] !== undefined ||
    String(headers['x-ratelimit-remaining']) === '0' ||
    /rate limit/i.test(message)
  );
}

/** GitHub names what it would have accepted, for example `contents=write; pull_requests=write`. */
function forbidden(
  headers: Readonly<Record<string, unknown>>,
  message: string,
  what: string,
  { whose, where }: Asker,
): DomainError {
  const accepted = /^[a-z_]+(?==)/.exec(String(headers['x-accepted-github-permissions'] ?? ''))?.[0];
  if (accepted !== undefined)
    return new ForgeRefused(permissionSentence(whose, [accepted], where), {
      repo: what,
      missing: [accepted],
    });
  return new ForgeRefused(`${whose} may not do this on ${what}: ${message}`, { repo: what });
}
