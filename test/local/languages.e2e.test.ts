/** The same road in another language: a Python repository without a manifest of packages, its tests counted by unittest. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { materialiseSample, samples, sampleTicket } from '#local/sample/materialise.ts';
import { omoi } from '#test/support/command.ts';
import { distDir, temporaryFolder } from '#test/support/host.ts';
import { gitIn } from '#test/support/repository.ts';

const Result = z.looseObject({ type: z.literal('result'), branch: z.string() });

it('takes a ticket of a Python repository to its pull request, every criterion proven', async () => {
  const folder = await temporaryFolder();
  try {
    const repo = join(folder.path, 'tariff');
    const sample = samples.python;
    await materialiseSample(repo, distDir, sample);
    const { title, description } = await sampleTicket(sample);
    const host = [
      '--json',
      '--approve',
      'all',
      '--replay',
      sample.cassette,
      '--data',
      join(folder.path, 'data'),
    ];
    const wish = ['--repo', repo, '--title', title, '--description', description];
    const { code, out } = await omoi(folder.path, ['run', ...host, ...wish]);
    expect(code).toBe(0);
    const result = Result.parse(JSON.parse(out.trimEnd().split('\n').at(-1) ?? ''));
    const failed = out.split('\n').filter((line) => /task\.(failed|rejected)|run\.failed/.test(line));
    expect(result, failed.join('\n')).toMatchObject({
      ...{ status: 'ready', pullRequest: 1 },
      ...{ criteria: { total: 6, proven: 6 }, tasks: { done: 3, failed: 0 } },
    });
    const log = await gitIn(repo, 'log', '--format=%s', `main..${result.branch}`);
    expect(log.split('\n').sort()).toEqual([
      'Add the command quote-list',
      'Read a list of parcels from CSV',
      'Take ten percent off long lists',
    ]);
    expect(await gitIn(repo, 'show', `${result.branch}:tariff/discount.py`)).toContain('cents * 9 // 10');
    // A property test by another run refuted the first way of rounding, and stays with the work.
    expect(out).toContain('refutes REQ-3.3');
    const tests = await gitIn(repo, 'show', `${result.branch}:tests/test_t2_properties.py`);
    expect(tests).toContain('10 * paid <= 9 * cents < 10 * (paid + 1)');
  } finally {
    await folder.remove();
  }
});
