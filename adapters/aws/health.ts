/** What stands in the way of a ticket on AWS, in sentences that say what to do. */
import { ForgeRefused } from '#core/errors.ts';
import { problemsOfAll, type Standing } from '#core/forge/connection.ts';

/** What a person is told who forgot the key. */
export const noKey =
  'The model key has no value yet. Set it with `aws secretsmanager put-secret-value --secret-id <ModelSecretArn> --secret-string <key>`; agents cannot work until then.';

const noGitHub =
  'No GitHub credential is connected. Connect the GitHub App or a token in the settings; tickets cannot start until then.';

/** What is looked at. Each check answers without reading a secret here or calling a model. */
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
  /** How GitHub is connected, as the function that holds the credential found it. */
  readonly standing: () => Promise<Standing>;
}

/** What the checks found. */
export interface Health {
  /** Reasons why no ticket can be worked on. */
  readonly obstacles: readonly string[];
  /** What a person should know besides; a check that could not be made is here: nothing is known to be wrong. */
  readonly warnings: readonly string[];
  /** Null where GitHub could not be asked, or is not connected. */
  readonly standing: Standing | null;
}

type Told = Pick<Health, 'obstacles' | 'warnings'> & { readonly standing?: Standing };

/** Makes every check, none for longer than a person waits for a page. */
export async function examineHealth(checks: HealthChecks, longestMs = 10_000): Promise<Health> {
  const { upstream, modelSecret, tokenSecret } = checks;
  const tokens = `The secret ${tokenSecret}, which signs run tokens, has no value: deploy again.`;
  const all = await Promise.all([
    told('The model', longestMs, () => modelObstacle(checks)),
    told('The secret of run tokens', longestMs, () => unset(checks, tokenSecret, tokens)),
    told('GitHub', longestMs, () => github(checks)),
    ...(upstream === 'anthropic' && modelSecret !== undefined
      ? [told('The model key', longestMs, () => unset(checks, modelSecret, noKey))]
      : []),
  ]);
  return {
    obstacles: all.flatMap(({ obstacles }) => obstacles),
    warnings: all.flatMap(({ warnings }) => warnings),
    standing: all.find(({ standing }) => standing !== undefined)?.standing ?? null,
  };
}

const fine: Told = { obstacles: [], warnings: [] };
const obstacle = (sentence: string | null): Told =>
  sentence === null ? fine : { obstacles: [sentence], warnings: [] };

async function modelObstacle({ upstream, model, modelSecret, whyUnavailable }: HealthChecks): Promise<Told> {
  if (upstream === 'bedrock') return obstacle(await whyUnavailable(model));
  return obstacle(upstream === 'anthropic' && modelSecret === undefined ? noKey : null);
}

async function unset({ isSet }: HealthChecks, arn: string, sentence: string): Promise<Told> {
  return (await isSet(arn)) ? fine : obstacle(sentence);
}

/** GitHub is asked only where there is something to ask with. */
async function github(checks: HealthChecks): Promise<Told> {
  const { githubSecret } = checks;
  if (githubSecret === undefined || !(await checks.isSet(githubSecret))) return obstacle(noGitHub);
  const standing = await checks.standing();
  // Disconnected: what is left in the secret says by whom.
  if (standing.kind === 'none') return { ...obstacle(noGitHub), standing };
  const obstacles = problemsOfAll(standing);
  return { obstacles, warnings: standing.problems.filter((one) => !obstacles.includes(one)), standing };
}

/** What the check told; one that could not be made says so. */
async function told(what: string, longestMs: number, check: () => Promise<Told>): Promise<Told> {
  try {
    return await within(longestMs, check());
  } catch (error) {
    // What somebody put in as the credential is none.
    if (error instanceof ForgeRefused) return obstacle(error.message);
    const why = error instanceof Error ? error.name : String(error);
    const sentence = `${what} could not be checked (${why}). Nothing is known to be wrong; look at the log of the API.`;
    return { obstacles: [], warnings: [sentence] };
  }
}

class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

async function within<T>(ms: number, act: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TimedOut()), ms);
  });
  return Promise.race([act, late]).finally(() => clearTimeout(timer));
}

/** Keeps an answer for as long as it is worth: a health page that is open in ten tabs asks AWS once. */
export function kept<T>(
  ask: () => Promise<T>,
  forMs: (answer: T) => number,
  now: () => number = Date.now,
): () => Promise<T> {
  let last: { readonly answer: Promise<T>; until: number } | undefined;
  return () => {
    if (last && last.until > now()) return last.answer;
    // Whoever comes while it is asked waits for the same answer.
    const mine = { answer: ask(), until: Number.POSITIVE_INFINITY };
    last = mine;
    mine.answer.then(
      (answer) => {
        mine.until = now() + forMs(answer);
      },
      () => {
        if (last === mine) last = undefined;
      },
    );
    return mine.answer;
  };
}
