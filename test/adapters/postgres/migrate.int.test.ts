import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { newId } from '#adapters/ids/ids.ts';
import type { Database } from '#adapters/postgres/client.ts';
import { DataTooNew } from '#adapters/postgres/errors.ts';
import { type Migration, migrate, readMigrations } from '#adapters/postgres/migrate.ts';
import { CheckPlan, CheckResult } from '#core/verify/check.ts';
import { openTestDatabase } from '#test/support/store.ts';

let database: Database;
beforeAll(async () => {
  // Begun from a dump for speed, then emptied: migrations start from nothing.
  database = await openTestDatabase();
  await database.query('drop schema public cascade; create schema public');
});
afterAll(() => database.close());

const extra = (number: number, text: string): Migration => ({ number, name: `000${number}_extra`, text });

const sha = (letter: string) => letter.repeat(40);

/** Rows as they were before checks merged several works. */
function oldRows(): [string, Record<string, unknown>][] {
  const at = '2026-01-01T00:00:00.000Z';
  const [project, ticket, task] = [newId('project'), newId('ticket'), newId('task')];
  const state = (result: object) => ({
    status: 'ended',
    at,
    startedAt: at,
    outcome: { type: 'check', result },
  });
  const merge = { tip: sha('b'), bundle: 'w', message: 'm', authorName: 'a', authorEmail: 'e', date: at };
  const checked = { type: 'checked', commit: sha('c'), tree: sha('d'), bundle: 'm', changed: ['a.ts'] };
  const log = { blob: 'l', digest: 'a'.repeat(64), bytes: 1 };
  const command = { name: 'lint', command: 'x', exitCode: 0, timedOut: false, durationMs: 1, tests: null };
  const results = [
    { ...checked, commands: [{ ...command, excerpt: 'a NUL: \0', log, cached: false }] },
    { type: 'conflict', files: ['a.ts'], detail: 'both' },
    { type: 'empty' },
  ];
  const json = JSON.stringify;
  const [id, number, version] = [task, 1, 0];
  return [
    [
      'projects',
      {
        ...{ id: project, name: 'shop', repo: '/r', commands: '{}', gates: '{}', ceremony: 'auto', version },
        ...{ budget_micros: 1, network: 'open', protected_paths: '[]', parallel_tasks: 1, created_at: at },
      },
    ],
    [
      'tickets',
      {
        ...{ id: ticket, number, project_id: project, title: 't', description: '', phase: 'execution' },
        ...{ status: 'running', gates: '{}', tainted: false, branch: 'b', verification: 'verified', version },
        ...{ approved: '{}', created_at: at, updated_at: at },
      },
    ],
    [
      'tasks',
      {
        ...{ id, ticket_id: ticket, key: 'T1', title: 't', goal: '', depends_on: '[]', criteria: '[]' },
        ...{ writes: '[]', estimate_minutes: 1, priority: 0, done_when: '', state: '{}', status: 'running' },
        ...{ generation: 1, round: 1, origin: 'plan', version, created_at: at },
      },
    ],
    ...results.map((result, index): [string, Record<string, unknown>] => [
      'runs',
      {
        ...{ id: newId('run'), ticket_id: ticket, task_id: task, phase: 'execution', kind: 'check' },
        ...{ role: 'verifier', round: 1, attempt: 1, lost: 0, state: json(state(result)), status: 'ended' },
        ...{ base_commit: sha('a'), check: json({ purpose: 'task', head: sha('a'), merge, commands: {} }) },
        ...{ turns: 0, version: 0, created_at: `2026-01-0${index + 1}T00:00:00.000Z` },
      },
    ]),
  ];
}

/** Empties the database and fills it as it was before checks merged several works; all migrations. */
async function withOldRows(): Promise<Migration[]> {
  await database.query('drop schema public cascade; create schema public');
  const migrations = await readMigrations();
  await migrate(database, migrations.slice(0, 3));
  for (const [table, row] of oldRows()) {
    const names = Object.keys(row).map((name) => `"${name}"`);
    const places = names.map((_, index) => `$${index + 1}`);
    await database.query(`insert into ${table} (${names}) values (${places})`, Object.values(row));
  }
  return migrations;
}

describe('migrations', () => {
  it('build the schema from nothing; the second run changes nothing', async () => {
    const migrations = await readMigrations();
    expect(await migrate(database, migrations)).toEqual(migrations.map(({ name }) => name));
    const { rows } = await database.query('select applied_at from migrations order by number');
    expect(await migrate(database, migrations)).toEqual([]);
    expect((await database.query('select applied_at from migrations order by number')).rows).toEqual(rows);
  });

  it('that break leave nothing of the whole run', async () => {
    const migrations = await readMigrations();
    const next = migrations.length + 1;
    const broken = [...migrations, extra(next, 'create table half (a integer)'), extra(next + 1, 'selct 1')];
    await expect(migrate(database, broken)).rejects.toThrow('selct');
    const { rows } = await database.query(
      `select to_regclass('half') as half, count(*) as done from migrations`,
    );
    expect(rows).toEqual([{ half: null, done: migrations.length }]);
  });

  it('go on from where the data is, and refuse data of a newer version', async () => {
    const migrations = await readMigrations();
    const newer = [...migrations, extra(migrations.length + 1, 'create table later (a integer)')];
    expect(await migrate(database, newer)).toEqual([newer.at(-1)?.name]);
    const refused = migrate(database, migrations);
    await expect(refused).rejects.toThrow(DataTooNew);
    await expect(refused).rejects.toThrow('Update OmoiOS');
    await expect(refused).rejects.toMatchObject({ data: { newer: [newer.at(-1)?.name] } });
  });

  it('turn checks of one work into batches of one', async () => {
    await migrate(database, await withOldRows());
    const { rows } = await database.query('select "check", state from runs order by created_at');
    const [plan] = rows.map(({ check }) => CheckPlan.parse(check));
    expect(plan).toMatchObject({ purpose: 'batch', works: [{ key: 'T1', merge: { tip: sha('b') } }] });
    const ended = z.object({ outcome: z.object({ result: CheckResult }) });
    const results = rows.map(({ state }) => ended.parse(state).outcome.result);
    expect(results).toMatchObject([
      { type: 'checked', works: [{ commit: sha('c'), changed: ['a.ts'] }], refused: [] },
      { type: 'unmerged', refused: [{ reason: 'conflict', files: ['a.ts'], onHead: true }] },
      { type: 'unmerged', refused: [{ reason: 'empty' }] },
    ]);
  });

  it('carry over what is offered, with its age', async () => {
    const migrations = await withOldRows();
    await migrate(database, migrations.slice(0, 12));
    const since = '2026-01-02T00:00:00.000Z';
    await database.query(`update tasks set status = 'ready', ahead = 2, waiting_since = $1`, [since]);
    await migrate(database, migrations);
    const { rows } = await database.query(
      `select o.ahead, o.since, o.priority = t.priority and o.ticket_id = t.ticket_id and o.project_id = t.project_id as same
       from offers o join tasks t on t.id = o.task_id`,
    );
    expect(rows).toEqual([{ ahead: 2, since, same: true }]);
  });

  it('are numbered without a gap, and say in their first line of what kind they are', async () => {
    const numbers = (await readMigrations()).map(({ number }) => number);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    const folder = await mkdtemp(join(tmpdir(), 'omoi-migrations-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const read = (): Promise<Migration[]> => readMigrations(pathToFileURL(`${folder}/`));
    await writeFile(join(folder, '0001_one.sql'), '-- kind: additive; the first\n');
    expect((await read()).map(({ name }) => name)).toEqual(['0001_one']);
    await writeFile(join(folder, '0002_two.sql'), 'select 1;\n');
    await expect(read()).rejects.toThrow('0002_two.sql');
    await writeFile(join(folder, '0002_two.sql'), '-- kind: additive; the second\n');
    await writeFile(join(folder, '0004_four.sql'), '-- kind: additive; the fourth\n');
    await expect(read()).rejects.toThrow('0004_four.sql');
  });
});
