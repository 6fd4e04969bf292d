/** What stands in the way of a ticket on AWS, in sentences that say what to do. */
/** What a person is told who forgot the key. */
export const noKey =
  'The model key has no value yet. Set it with `aws secretsmanager put-secret-value --secret-id <ModelSecretArn> --secret-string <key>`; agents cannot work until then.';

/** What is looked at. Each check answers without reading a secret or calling a model. */
export interface HealthChecks {
  readonly model: string;
  readonly upstream: 'bedrock' | 'anthropic' | 'replay';
  readonly modelSecret: string | undefined;
  readonly tokenSecret: string;
  readonly githubSecret: string | undefined;
  /** Whether a secret has a value. */
  readonly isSet: (arn: string) => Promise<boolean>;
  /** Why Bedrock does not serve a model, or null. */
  readonly whyUnavailable: (model: string) => Promise<string | null>;
}

/** Every reason why work cannot be done. A check that itself failed is a reason: unknown is not fine. */
export async function obstacles(checks: HealthChecks): Promise<string[]> {
  const { modelSecret, tokenSecret, githubSecret } = checks;
  const all = await Promise.all([
    told('The model', () => modelObstacle(checks)),
    told('The secret of run tokens', () =>
      unset(
        checks,
        tokenSecret,
        `The secret ${tokenSecret}, which signs run tokens, has no value: deploy again.`,
      ),
    ),
    githubSecret === undefined
      ? 'No GitHub credential is connected. Connect the GitHub App or a token; tickets cannot be delivered until then.'
      : told('The GitHub credential', () =>
          unset(
            checks,
            githubSecret,
            'The GitHub credential has no value yet. Connect the GitHub App or a token on the page of projects; tickets cannot start until then.',
          ),
        ),
    ...(checks.upstream === 'anthropic' && modelSecret !== undefined
      ? [told('The model key', () => unset(checks, modelSecret, noKey))]
      : []),
  ]);
  return all.filter((sentence) => sentence !== null);
}

async function modelObstacle({ upstream, model, modelSecret, whyUnavailable }: HealthChecks) {
  if (upstream === 'bedrock') return whyUnavailable(model);
  return upstream === 'anthropic' && modelSecret === undefined ? noKey : null;
}

async function unset({ isSet }: HealthChecks, arn: string, sentence: string): Promise<string | null> {
  return (await isSet(arn)) ? null : sentence;
}

/** The check's sentence; one that could not be made says so. */
async function told(what: string, check: () => Promise<string | null>): Promise<string | null> {
  try {
    return await check();
  } catch (error) {
    const why = error instanceof Error ? error.name : String(error);
    return `${what} could not be checked (${why}). Nothing is known to be wrong; look at the log of the API.`;
  }
}

/** Keeps an answer for a while: a health page that is open in ten tabs asks AWS once. */
export function kept<T>(
  ask: () => Promise<T>,
  forMs: number,
  now: () => number = Date.now,
): () => Promise<T> {
  let last: { readonly answer: Promise<T>; readonly until: number } | undefined;
  return () => {
    if (!last || last.until <= now()) {
      last = { answer: ask(), until: now() + forMs };
      last.answer.catch(() => {
        last = undefined;
      });
    }
    return last.answer;
  };
}
