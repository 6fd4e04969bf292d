/** What `health.ts` looks at, asked of AWS: by the API for its page, and by who takes wishes from GitHub. */
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { problemsOfRepository } from '#core/forge/connection.ts';
import { createSecrets } from '../secrets/secrets.ts';
import { examineHealth, type Health, type HealthChecks, kept } from './health.ts';

/** The variables that name it. */
interface Named {
  readonly MODEL: string;
  readonly MODEL_UPSTREAM: HealthChecks['upstream'];
  readonly MODEL_SECRET_ARN?: string | undefined;
  readonly TOKEN_SECRET_ARN: string;
  readonly GITHUB_SECRET_ARN?: string | undefined;
}

/** What is fine stays so for a minute; who has just mended what stood in the way tries again at once. */
const healthMs = ({ obstacles }: Health): number => (obstacles.length === 0 ? 60_000 : 3_000);

/** How everything stands, remembered for a while. */
export function openHealth(env: Named, standing: HealthChecks['standing']): () => Promise<Health> {
  const secrets = createSecrets(new SecretsManagerClient());
  const checks: HealthChecks = {
    model: env.MODEL,
    upstream: env.MODEL_UPSTREAM,
    modelSecret: env.MODEL_SECRET_ARN,
    tokenSecret: env.TOKEN_SECRET_ARN,
    githubSecret: env.GITHUB_SECRET_ARN,
    isSet: secrets.isSet,
    whyUnavailable,
    standing,
  };
  return kept(() => examineHealth(checks), healthMs);
}

/** What must be mended before a ticket of a repository can be worked on: the same at every entrance. */
export function obstaclesOf(health: () => Promise<Health>): (repo: string) => Promise<readonly string[]> {
  return async (repo) => {
    const { obstacles, standing } = await health();
    return [...obstacles, ...(standing ? problemsOfRepository(standing, repo) : [])];
  };
}

/** Bedrock's client is loaded by who asks for it: without Bedrock nobody does. */
async function whyUnavailable(model: string): Promise<string | null> {
  const { askBedrock } = await import('../bedrock/availability.ts');
  return askBedrock(model);
}
