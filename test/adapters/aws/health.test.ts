import { expect, it } from 'vitest';
import { examineHealth, type HealthChecks, kept, noKey } from '#adapters/aws/health.ts';
import { ForgeRefused } from '#core/errors.ts';
import type { Standing } from '#core/forge/connection.ts';

const standing: Standing = {
  ...{ kind: 'app', as: 'omoios', webUrl: 'https://github.com', manageUrl: null, installUrl: null },
  installations: [{ account: 'acme', repositories: 'all', suspended: false, url: null, missing: [] }],
  ...{ missing: [], problems: [], fixed: false, connectedBy: null, connectedAt: null },
};

const checks = (over: Partial<HealthChecks> = {}): HealthChecks => ({
  ...{
    model: 'claude',
    upstream: 'anthropic',
    modelSecret: 'model',
    tokenSecret: 'token',
    githubSecret: 'github',
  },
  isSet: async () => true,
  whyUnavailable: async () => null,
  standing: async () => standing,
  ...over,
});

it('finds nothing where everything is in its place', async () => {
  expect(await examineHealth(checks())).toEqual({ obstacles: [], warnings: [], standing });
});

it.each<[string, Partial<HealthChecks>, string]>([
  ['a model key without a value', { isSet: async (arn) => arn !== 'model' }, noKey],
  ['no model key at all', { modelSecret: undefined }, noKey],
  ['a token secret without a value', { isSet: async (arn) => arn !== 'token' }, 'deploy again'],
  [
    'a GitHub secret without a value',
    { isSet: async (arn) => arn !== 'github' },
    'Connect the GitHub App or a token',
  ],
  [
    'a GitHub secret with something else in it',
    { standing: () => Promise.reject(new ForgeRefused('put JSON in')) },
    'put JSON in',
  ],
  [
    'a model that Bedrock has not enabled',
    { upstream: 'bedrock', whyUnavailable: async () => 'Request access under "Model access".' },
    'Request access',
  ],
  [
    'an App without a permission',
    {
      standing: async () => ({
        ...standing,
        missing: ['Checks'],
        problems: ['It lacks a permission.', 'More.'],
      }),
    },
    'It lacks a permission.',
  ],
  [
    'an App that is installed nowhere',
    { standing: async () => ({ ...standing, installations: [], problems: ['Install it.'] }) },
    'Install it.',
  ],
])('%s stands in the way, and is told with what to do', async (_what, over, sentence) => {
  const { obstacles } = await examineHealth(checks(over));
  expect(obstacles).toEqual([expect.stringContaining(sentence)]);
});

it('asks GitHub nothing while nothing is connected', async () => {
  const asked = () => Promise.reject(new Error('asked'));
  const { obstacles, warnings } = await examineHealth(checks({ githubSecret: undefined, standing: asked }));
  expect([obstacles.length, warnings]).toEqual([1, []]);
});

it.each<[string, Partial<HealthChecks>, string]>([
  [
    'that fails',
    { whyUnavailable: () => Promise.reject(new TypeError('no')), upstream: 'bedrock' },
    'TypeError',
  ],
  ['that takes too long', { standing: () => new Promise(() => undefined) }, 'TimedOut'],
])('a check %s is a warning, and stands in nobody’s way', async (_what, over, why) => {
  const { obstacles, warnings } = await examineHealth(checks(over), 5);
  expect([obstacles, warnings]).toEqual([[], [expect.stringContaining(`could not be checked (${why})`)]]);
});

it('keeps an answer for as long as it is worth, and a failure not at all', async () => {
  let [now, asked] = [0, 0];
  const ask = async () => {
    asked += 1;
    if (asked === 3) throw new Error('no');
    return asked;
  };
  const read = kept(
    ask,
    (answer) => (answer === 1 ? 10 : 0),
    () => now,
  );
  expect([await read(), await read()]).toEqual([1, 1]);
  now = 10;
  expect(await read()).toBe(2);
  await expect(read()).rejects.toThrow('no');
  expect(await read()).toBe(4);
});
