import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId, sha256 } from '#adapters/ids/ids.ts';
import type { Run } from '#core/run/run.ts';
import { queueOf } from '#functions/steps/measured.ts';
import { aProject, aRun, aTicket, at, sha } from '#test/adapters/postgres/samples.ts';
import { openTestStore, type TestStore } from '#test/support/store.ts';

let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(() => opened.close());

const author = { name: 'a', email: 'b' };
const check = (purpose: 'batch' | 'baseline'): Partial<Run> => ({
  ...{ kind: 'check', role: 'verifier' },
  check: { purpose, head: sha, works: [], commands: {} },
});

it('a bell at the queue reads checks alone: no agent’s run, and of evidence only whose it is', async () => {
  const { store } = opened;
  const project = aProject();
  const { ticket, batch } = await store.transaction(async (tx) => {
    await tx.projects.insert(project);
    const row = aTicket(project.id, await tx.tickets.nextNumber(), { baseCommit: sha, headCommit: sha });
    await tx.tickets.insert(row);
    const [checked, ...others] = [
      aRun(row.id, check('batch')),
      aRun(row.id, check('baseline')),
      aRun(row.id),
      aRun(row.id, { state: { status: 'held', reason: 'question', at, startedAt: at } }),
    ];
    for (const run of [checked, ...others]) await tx.runs.insert(run);
    return {
      ticket: { ...row, baseCommit: row.baseCommit ?? sha, headCommit: row.headCommit ?? sha },
      batch: checked,
    };
  });
  const read: Run[] = [];
  await store.transaction(async (tx) => {
    const list: typeof tx.runs.list = async (filter) => {
      const found = await tx.runs.list(filter);
      read.push(...found);
      return found;
    };
    const evidence = { ...tx.evidence, list: () => Promise.reject(new Error('all of the evidence')) };
    const desk = { tx: { ...tx, evidence, runs: { ...tx.runs, list } }, at, newId, author };
    const rest = { digest: sha256, blobs: { put: async () => {} } };
    const known = await queueOf({ ...desk, ...rest }, ticket);
    expect(known).toMatchObject({ checks: [{ id: batch.id }], queue: { checking: true } });
  });
  expect(read.map(({ kind }) => kind)).toEqual(['check', 'check']);
});
