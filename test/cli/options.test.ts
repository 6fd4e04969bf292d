import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostConfig, hostUrl, repositoryOf, UsdFlag } from '#cli/options.ts';
import { models } from '#core/agent/models.ts';
import { testWorld } from './world.ts';

describe('the configuration of a host', () => {
  it('has defaults for everything', () => {
    expect(hostConfig(testWorld(), {}, 18_000)).toEqual({
      dataDir: '/work/place/.omoi',
      port: 18_000,
      anthropic: { baseUrl: 'https://api.anthropic.com' },
      model: models[0].id,
      tools: [],
      path: '',
      distDir: '/nowhere',
      person: 'ada',
      version: '1.2.3',
    });
  });

  it('takes the environment before the default, and a flag before the environment', () => {
    const vars = {
      OMOI_DATA: '/data',
      OMOI_MODEL: 'from-env',
      DATABASE_URL: 'postgres://env',
      ANTHROPIC_API_KEY: 'k',
    };
    const world = testWorld({ vars });
    expect(hostConfig(world, {}, 0)).toMatchObject({
      dataDir: '/data',
      model: 'from-env',
      databaseUrl: 'postgres://env',
      anthropic: { apiKey: 'k' },
    });
    const flags = { data: 'here', model: 'from-flag', databaseUrl: 'postgres://flag' };
    expect(hostConfig(world, flags, 0)).toMatchObject({
      dataDir: '/work/place/here',
      model: 'from-flag',
      databaseUrl: 'postgres://flag',
    });
  });
});

describe('toolchains for sandboxes', () => {
  const toolsOf = (tools: string[], vars = {}) =>
    hostConfig(testWorld({ cwd: '/usr', vars }), { tools }, 0).tools;

  it('are folders that the flag or the environment names', () => {
    expect(toolsOf(['share', '/usr/lib'])).toEqual(['/usr/share', '/usr/lib']);
    const world = testWorld({ vars: { OMOI_TOOLS: '/usr/share:/usr/lib' } });
    expect(hostConfig(world, {}, 0).tools).toEqual(['/usr/share', '/usr/lib']);
  });

  it.each([[homedir()], [dirname(homedir())], ['/'], ['/usr/nowhere-at-all']])(
    'are never %s: it would show what is the user’s own, or is not there',
    (folder) => {
      expect(() => toolsOf([folder])).toThrow(/^--tools: /);
    },
  );

  it.each([
    ['bin/rustup', /is rustup's, whose programs only stand for others\. `omoi doctor` names/],
    ['toolchains/stable/bin/cargo', /is rustup's/],
    ['credentials.toml', /would show .*credentials\.toml to agents/],
  ])('are never a folder that holds %s', (name, refusal) => {
    const folder = mkdtempSync(join(tmpdir(), 'omoi-tools-'));
    try {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), '');
      expect(() => toolsOf([folder])).toThrow(refusal);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('are never the folder that the host keeps everything in', () => {
    expect(() => toolsOf(['/usr/share'], { OMOI_DATA: '/usr/share/data' })).toThrow(/to agents/);
  });
});

describe('the address of a host', () => {
  it.each([
    [{}, undefined, 'http://127.0.0.1:18000'],
    [{ OMOI_PORT: '18001' }, undefined, 'http://127.0.0.1:18001'],
    [{ OMOI_PORT: '18001', OMOI_URL: 'https://omoi.example' }, undefined, 'https://omoi.example'],
    [{ OMOI_URL: 'https://omoi.example' }, 'http://localhost:1', 'http://localhost:1'],
  ])('of %j and --url %s is %s', (vars, flag, url) => {
    expect(hostUrl(testWorld({ vars }).env, flag)).toBe(url);
  });
});

describe('a repository', () => {
  it.each([
    ['.', '/work/place'],
    ['../over there/ä', '/work/over there/ä'],
    ['/abs', '/abs'],
    ['https://example.com/shop.git', 'https://example.com/shop.git'],
    ['git@example.com:team/shop.git', 'git@example.com:team/shop.git'],
  ])('%s is %s', (text, repository) => {
    expect(repositoryOf(testWorld(), text)).toBe(repository);
  });
});

describe('an amount', () => {
  it.each([
    ['0', 0],
    ['2.5', 2_500_000],
    ['$0.000001', 1],
    ['19.99', 19_990_000],
  ])('%s is %d micro-USD', (text, micros) => {
    expect(UsdFlag.parse(text)).toBe(micros);
  });
});
