import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { keyOf, loadCassette, parseCassette, saveCassette } from '#adapters/replay/cassette.ts';
import { createRecorder, openCassetteFile } from '#adapters/replay/recorder.ts';
import { createReplay } from '#adapters/replay/replay.ts';
import type { ModelUpstream } from '#core/agent/upstream.ts';
import { InvalidInput } from '#core/errors.ts';
import { contextOf, requestOf, textOf, tool } from './calls.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'omoi cassette '));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

const blank = { name: 'recorded', model: 'claude-sonnet-5-5' };
const content = [{ type: 'text', text: 'I look.' }, tool('toolu_1', { path: 'ü' })];
const ask = (stream: boolean) => ({
  model: 'm',
  max_tokens: 9,
  stream,
  messages: [{ role: 'user', content: 'Go.' }],
});

describe('a cassette file', () => {
  it('names role, task and, from the second on, the round', () => {
    expect(keyOf(contextOf({}))).toBe('explorer');
    expect(keyOf(contextOf({ role: 'builder', task: 'T3', round: 2 }))).toBe('builder/T3/2');
  });

  it('that is wrong says where, by its name', () => {
    const bad = { name: '', model: 'm', responses: { gardener: [], explorer: [[{ text: 'no type' }]] } };
    const error = () => parseCassette(JSON.stringify(bad), 'bad.cassette.json');
    expect(error).toThrow(InvalidInput);
    expect(error).toThrow(/^bad\.cassette\.json is no cassette:.*name:.*gardener/);
    expect(() => parseCassette('{', 'cut.json')).toThrow(/cut\.json is no cassette/);
  });

  it('that is missing is told in a sentence', async () => {
    await expect(loadCassette('/nowhere/x.json')).rejects.toThrow('There is no cassette at /nowhere/x.json.');
  });

  it('is written whole, and leaves nothing beside it', async () => {
    const at = await folder();
    const cassette = { ...blank, responses: { explorer: [content, null] } };
    await saveCassette(join(at, 'c.json'), cassette);
    expect(await loadCassette(join(at, 'c.json'))).toEqual(cassette);
    expect(await readdir(at)).toEqual(['c.json']);
  });
});

describe('recording', () => {
  const played = createReplay({
    ...blank,
    responses: { explorer: [content], analyst: [{ content: [], stopReason: 'refusal' }] },
  });

  it('keeps what can be played again, streamed or not', async () => {
    for (const stream of [true, false]) {
      const file = join(await folder(), 'c.json');
      const recorder = createRecorder(played, await openCassetteFile(file, blank));
      for (const role of ['explorer', 'analyst'] as const) {
        const response = await recorder.send(requestOf(ask(stream), contextOf({ role })));
        const direct = await played.send(requestOf(ask(stream), contextOf({ role })));
        const words = (text: string) => text.replaceAll(/"usage":\{[^}]*\}/g, '');
        expect(words(await textOf(response.body))).toBe(words(await textOf(direct.body)));
      }
      expect((await loadCassette(file)).responses).toEqual({
        explorer: [content],
        analyst: [{ content: [], stopReason: 'refusal' }],
      });
    }
  });

  it('goes on in a file that exists, keeps a repeated call once and marks what it missed', async () => {
    const file = join(await folder(), 'c.json');
    const put = async (turn: number, text: string) =>
      (await openCassetteFile(file, blank)).put('explorer', turn, { content: [{ type: 'text', text }] });
    await put(1, 'one');
    await put(3, 'three');
    await put(1, 'one again');
    expect((await loadCassette(file)).responses).toEqual({
      explorer: [[{ type: 'text', text: 'one again' }], null, [{ type: 'text', text: 'three' }]],
    });
  });

  it('keeps answers that come at the same time', async () => {
    const file = join(await folder(), 'c.json');
    const sink = await openCassetteFile(file, blank);
    await Promise.all([1, 2, 3].map((turn) => sink.put('planner', turn, { content: [] })));
    expect((await loadCassette(file)).responses.planner).toHaveLength(3);
  });

  it('keeps no error and no half answer', async () => {
    const file = join(await folder(), 'c.json');
    await writeFile(file, JSON.stringify({ ...blank, responses: {} }));
    const half: ModelUpstream = {
      ...played,
      send: async (request) => {
        const response = await played.send(request);
        const text = await textOf(response.body);
        return {
          ...response,
          body: (async function* () {
            yield Buffer.from(text.slice(0, text.length / 2));
          })(),
        };
      },
    };
    const sink = await openCassetteFile(file, blank);
    await textOf((await createRecorder(half, sink).send(requestOf(ask(true), contextOf({})))).body);
    await textOf(
      (await createRecorder(played, sink).send(requestOf(ask(true), contextOf({ role: 'planner' })))).body,
    );
    expect((await loadCassette(file)).responses).toEqual({});
  });
});
