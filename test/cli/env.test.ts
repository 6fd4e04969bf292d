import { describe, expect, it } from 'vitest';
import { readEnv } from '#cli/env.ts';
import { BadUsage } from '#cli/exit.ts';

describe('the environment', () => {
  it('takes an empty variable for one that is not set', () => {
    expect(readEnv({ ANTHROPIC_API_KEY: ' ', OMOI_PORT: '' })).toMatchObject({
      ANTHROPIC_API_KEY: undefined,
      OMOI_PORT: undefined,
    });
  });

  it('reads a port as a number', () => {
    expect(readEnv({ OMOI_PORT: '18001' }).OMOI_PORT).toBe(18_001);
  });

  it.each([
    [{ OMOI_PORT: 'web' }, 'The environment variable OMOI_PORT must be a number from 0 to 65535.'],
    [{ OMOI_PORT: '70000' }, 'The environment variable OMOI_PORT must be a number from 0 to 65535.'],
    [{ ANTHROPIC_BASE_URL: 'here' }, 'The environment variable ANTHROPIC_BASE_URL must be a URL.'],
  ])('refuses %j by name', (variables, sentence) => {
    expect(() => readEnv(variables)).toThrow(new BadUsage(sentence));
  });
});
