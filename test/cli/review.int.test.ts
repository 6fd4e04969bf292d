/** `omoi review`: words and places, as the API takes them. */
import { expect, it } from 'vitest';
import type { FixtureHost } from './fixture.ts';
import { fixtureHosts } from './fixtures.ts';
import { type } from './world.ts';

const { openFixture, worldOf } = fixtureHosts();
const asked = (host: FixtureHost, route: string) =>
  host.requests.filter((request) => request.route === route);

it('review: words and notes, each with its place', async () => {
  const host = await openFixture();
  const notes = ['--note', 'src/a.ts:12 Round up', '--note', 'README.md: Name the flag'];
  const { code, out } = await type(worldOf(host), 'review', 'TKT-1', '--comment', 'Too slow.', ...notes);
  expect({ code, out }).toMatchObject({
    code: 0,
    out: expect.stringContaining('TKT-1 is at work on it, and updates pull request #1.'),
  });
  expect(asked(host, 'reviewPull')).toMatchObject([
    {
      body: {
        text: 'Too slow.',
        notes: [
          { path: 'src/a.ts', line: 12, text: 'Round up' },
          { path: 'README.md', line: null, text: 'Name the flag' },
        ],
      },
    },
  ]);
});

it('of a paused ticket says how it goes on', async () => {
  const host = await openFixture();
  await type(worldOf(host), 'pause', 'TKT-1');
  const { out } = await type(worldOf(host), 'review', 'TKT-1', '--comment', 'Too slow.');
  expect(out).toContain('Noted. TKT-1 is paused, and does it when it goes on: `omoi resume TKT-1');
});

it.each([
  [[], 'Say what shall be changed, with --comment, --file or --note.'],
  [['--note', 'src/a.ts'], '--note must be a path and what you say of it'],
  [['--comment', 'a', '--file', '-'], '--comment and --file exclude each other.'],
])('review with %j is bad usage', async (flags, sentence) => {
  const host = await openFixture();
  const { code, err } = await type(worldOf(host), 'review', 'TKT-1', ...flags);
  expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining(sentence) });
  expect(asked(host, 'reviewPull')).toEqual([]);
});
