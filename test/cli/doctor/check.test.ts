import { describe, expect, it } from 'vitest';
import { examine, type Machine } from '#cli/doctor/check.ts';

const sound: Machine = {
  node: '22.4.0',
  git: '2.39.5',
  ripgrep: '14.1.0',
  bubblewrap: null,
  hidden: [],
  folder: { path: '/data', problem: null, freeBytes: 50e9 },
  port: { number: 18_000, state: 'free' },
  build: [],
  key: true,
};
const verdicts = (machine: Machine) => examine(machine).map(({ verdict }) => verdict);

describe('the doctor', () => {
  it('finds nothing wrong with a sound machine', () => {
    expect(new Set(verdicts(sound))).toEqual(new Set(['ok']));
  });

  it.each<[string, Partial<Machine>, string, string]>([
    ['an old Node', { node: '20.18.3' }, 'problem', 'Node 20.18.3 is older than 20.19.'],
    ['no git', { git: null }, 'problem', 'git was not found.'],
    ['an old git', { git: '2.37.9' }, 'problem', 'git 2.37.9 is older than 2.38.'],
    ['no ripgrep', { ripgrep: null }, 'problem', 'ripgrep was not found.'],
    ['no bubblewrap', { bubblewrap: 'no rights' }, 'warning', 'bubblewrap does not work: no rights'],
    [
      'a toolchain in the home folder',
      {
        hidden: [
          { program: 'cargo', folder: '/home/ada/.rustup/toolchains/stable' },
          { program: 'rustc', folder: '/home/ada/.rustup/toolchains/stable' },
        ],
      },
      'warning',
      'Sandboxes do not see cargo, rustc (in /home/ada/.rustup/toolchains/stable).',
    ],
    [
      'a folder of somebody else',
      { folder: { path: '/data', problem: 'cannot be written by this user.', freeBytes: 1 } },
      'problem',
      'The data folder /data: cannot be written by this user.',
    ],
    [
      'little room',
      { folder: { path: '/data', problem: null, freeBytes: 1e9 } },
      'warning',
      'The disk of /data is nearly full: 1.0 GB free.',
    ],
    [
      'no room',
      { folder: { path: '/data', problem: null, freeBytes: 1e8 } },
      'problem',
      'The disk of /data is nearly full: 0.1 GB free.',
    ],
    [
      'a taken port',
      { port: { number: 80, state: 'taken' } },
      'problem',
      'Port 80 is taken by another program.',
    ],
    ['no build', { build: ['agent.mjs'] }, 'problem', 'The build lacks agent.mjs.'],
    ['no key', { key: false }, 'warning', 'ANTHROPIC_API_KEY is not set.'],
    [
      'a silent model',
      { model: { url: 'https://m', problem: 'answered with 401.' } },
      'problem',
      'The model at https://m answered with 401.',
    ],
  ])('tells of %s, and what to do', (_, change, verdict, what) => {
    const found = examine({ ...sound, ...change }).filter((finding) => finding.verdict !== 'ok');
    expect(found).toEqual([{ verdict, what, advice: expect.any(String) }]);
  });

  it.each(['20.19.0', '21.0.0', '24.1.2'])('is content with Node %s', (node) => {
    expect(verdicts({ ...sound, node })).not.toContain('problem');
  });
});
