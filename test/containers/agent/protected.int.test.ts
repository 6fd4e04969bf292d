import { afterEach, describe, expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import type { TaskId } from '#core/id.ts';
import { defaultProtectedPaths } from '#core/project/project.ts';
import type { CheckResult } from '#core/verify/check.ts';
import type { Finding } from '#core/verify/tamper/finding.ts';
import { openScene, type SandboxScene } from './scene.ts';

let scene: SandboxScene;
afterEach(() => scene.close());

const files = { CODEOWNERS: '* @ada\n', 'infra/main.tf': 'a = 1\nb = 2\nc = 3\n', 'lib.js': '' };
const signature = { message: 'Work\n', authorName: 'Omoi', authorEmail: 'o@x', date: '2026-01-02T00:00:00Z' };

/** A check of `work` on the base, or on a head with `onto` more, where a person has accepted these. */
async function check(
  work: Record<string, string | null>,
  accepted: readonly Finding[] = [],
  onto: Record<string, string> = {},
  there: Record<string, string> = files,
): Promise<CheckResult> {
  scene = await openScene(there, { brief: { run: { kind: 'check', role: 'verifier' } } });
  const { gateway, repository, base } = scene;
  const taskId: TaskId = newId('task');
  const tip = await repository.commit(work, 'work', base);
  const bundle = gateway.offer('work.bundle', await repository.bundle(tip, base));
  const head = await repository.commit(onto, 'other', base);
  const branch = gateway.offer('branch.bundle', await repository.bundle(head, base));
  const { source } = gateway.state.brief;
  gateway.state.brief = {
    ...gateway.state.brief,
    source: { ...source, bundles: [...source.bundles, branch] },
    check: {
      ...{ purpose: 'batch', head, commands: {} },
      works: [{ taskId, key: 'T1', merge: { tip, bundle: 'work', ...signature } }],
      proof: {
        ...{ claims: [], mutate: [], accepted: [{ taskId, findings: [...accepted] }] },
        protected: [...defaultProtectedPaths, 'infra', 'docs/**/*.md'],
        written: ['t1.test.js', 'gone.test.js'],
      },
    },
    checkBundles: [bundle],
  };
  await scene.attempt();
  const { ended } = scene.gateway.state;
  if (ended?.type !== 'check') throw new Error(JSON.stringify([ended, scene.log]));
  return ended.result;
}

/** What a person is asked about it. */
async function asked(
  work: Record<string, string | null>,
  ...more: [Finding[]?, Record<string, string>?, Record<string, string>?]
) {
  const result = await check(work, ...more);
  await scene.close();
  if (result.type === 'checked') return [];
  return result.refused.flatMap((one) => (one.reason === 'tampered' ? one.findings : []));
}

const told = (findings: readonly Finding[]) =>
  findings.filter(({ kind }) => kind === 'protected-path').map(({ file, hunk }) => [file, hunk]);

describe('work that changes a protected path', () => {
  it('is left out until a person has looked, with what it does there', async () => {
    const work = { 'infra/main.tf': 'a = 1\nb = 9\nc = 3\n', 'lib.js': 'export const x = 1;\n' };
    const findings = await asked(work);
    expect(told(findings)).toEqual([['infra/main.tf', '-b = 2\n+b = 9']]);
    expect(findings[0]?.message).toBe('It changes infra/main.tf, protected by the project.');
    expect(await asked(work, findings)).toEqual([]);
    // Others worked in the same file meanwhile: what was accepted is still the same.
    expect(await asked(work, findings, { 'infra/main.tf': 'new = 0\na = 1\nb = 2\nc = 3\n' })).toEqual([]);
    // Another change of the same file is another matter.
    expect(told(await asked({ 'infra/main.tf': 'a = 1\nb = 10\nc = 3\n' }, findings))).toHaveLength(1);
  });

  it('is asked about whatever is done to it, and wherever a glob finds it', async () => {
    const names = async (work: Record<string, string | null>) =>
      told(await asked(work)).map(([file]) => file);
    expect(await names({ 'infra/main.tf': null, 'elsewhere/main.tf': files['infra/main.tf'] })).toEqual([
      'infra/main.tf',
    ]);
    expect(await names({ '.github/workflows/deep/a.yml': 'on: push\n' })).toContain(
      '.github/workflows/deep/a.yml',
    );
    expect(await names({ 'packages/a/CODEOWNERS': '* @eve\n' })).toEqual(['packages/a/CODEOWNERS']);
    expect(await names({ 'docs/a/.hidden/b.md': 'x\n' })).toEqual(['docs/a/.hidden/b.md']);
    expect(await names({ 'app/[id]/page.js': '', 'docs/a.txt': '', 'infrastructure.md': '' })).toEqual([]);
  });

  it('is asked about as a whole where it changes more files than anybody reads one by one', async () => {
    const many = (last: string) =>
      Object.fromEntries(
        Array.from({ length: 130 }, (_, at) => [
          `infra/f${String(at).padStart(3, '0')}`,
          at === 129 ? last : 'x',
        ]),
      );
    const findings = await asked(many('x'));
    expect(findings).toHaveLength(41);
    expect(findings.at(-1)?.message).toBe(
      'It changes infra/f040 and 89 more files, each protected by the project.',
    );
    expect(await asked(many('x'), findings)).toEqual([]);
    expect(await asked(many('y'), findings)).toHaveLength(1);
  });

  it('is asked about again when only the end of a long change is another', async () => {
    const long = (end: string) => ({ 'infra/long': `${'line\n'.repeat(2000)}${end}` });
    const findings = await asked(long('one'));
    expect(findings[0]?.hunk.length).toBeLessThan(4000);
    expect(await asked(long('one'), findings)).toEqual([]);
    expect(await asked(long('two'), findings)).toHaveLength(1);
  });
});

describe('work that changes what a verifier wrote for any task of the ticket', () => {
  const narrow = (findings: readonly Finding[]) =>
    findings.filter(({ kind }) => kind === 'independent-test').map(({ file }) => file);

  it('waits for a person, whoever is in the check', async () => {
    const there = { ...files, 't1.test.js': 'draw(2000001);\n' };
    const changed = await asked({ 't1.test.js': 'draw(3);\n' }, [], {}, there);
    expect(narrow(changed)).toEqual(['t1.test.js']);
    expect(narrow(await asked({ 't1.test.js': null }, [], {}, there))).toEqual(['t1.test.js']);
    expect(narrow(await asked({ 't2.test.js': 'draw(3);\n' }, [], {}, there))).toEqual([]);
  });
});
