import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openPglite } from '#adapters/pglite/open.ts';
import { buildTemplate } from '#adapters/pglite/template.ts';
import type { Database } from '#adapters/postgres/client.ts';
import { DataTooNew } from '#adapters/postgres/errors.ts';
import { readMigrations } from '#adapters/postgres/migrate.ts';
import { createStore } from '#adapters/postgres/store.ts';
import { templateFile } from '#test/support/store.ts';
import { aStoredRoad, at } from '../postgres/samples.ts';
import { startHolder } from './holder.ts';

let template: string;
let folder: string;
beforeAll(async () => {
  template = await templateFile();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'omoi däta-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Opens, uses, closes. */
async function using<T>(use: (database: Database) => Promise<T>): Promise<T> {
  const database = await openPglite({ folder, template });
  return await use(database).finally(() => database.close());
}

describe('a data folder', () => {
  it('keeps what was stored when it is opened again', async () => {
    const stored = await using((database) => aStoredRoad(createStore(database, { clock: () => at })));
    const found = await using((database) =>
      createStore(database, { clock: () => at }).view.tickets.get(stored.ticket.id),
    );
    expect(found).toEqual(stored.ticket);
  });

  it('of a newer version is refused with what to do, and stays as it is', async () => {
    const migrations = await readMigrations();
    const newer = [...migrations, { number: migrations.length + 1, name: '9999_future', text: 'select 1' }];
    await (await openPglite({ folder, template, migrations: newer })).close();
    const refused = openPglite({ folder, template });
    await expect(refused).rejects.toThrow(DataTooNew);
    await expect(refused).rejects.toThrow('Update OmoiOS');
    await (await openPglite({ folder, template, migrations: newer })).close();
  });

  it('whose first start was killed half-way begins anew', async () => {
    await mkdir(join(folder, 'postgres'));
    await writeFile(join(folder, 'postgres', 'PG_VERSION'), '18\n');
    await writeFile(join(folder, 'creating'), '');
    expect((await using((database) => database.query('select 1 as a'))).rows).toEqual([{ a: 1 }]);
    await expect(access(join(folder, 'creating'))).rejects.toThrow('ENOENT');
  });

  it('loses no acknowledged row to kill -9, and is free at once', async () => {
    await using(async () => {});
    const holder = await startHolder(folder, 'rows', template);
    expect(holder.outcome).toBe('open');
    await holder.lines(50);
    const said = await holder.kill();
    const acknowledged = Number(said.at(-1));
    const { rows } = await using((database) =>
      database.query('select count(*) as count, max(n) as newest from t'),
    );
    expect(rows[0]?.newest).toBeGreaterThanOrEqual(acknowledged);
    expect(rows[0]?.count).toBe(Number(rows[0]?.newest) + 1);
  });
});

describe('a template', () => {
  it('is a whole, migrated database, compressed or not', async () => {
    const file = join(folder, 'made', 'template.tar.gz');
    await buildTemplate(file);
    const database = await openPglite({ folder: join(folder, 'data'), template: file });
    const { rows } = await database.query('select name from migrations order by number');
    await database.close();
    expect(rows.map(({ name }) => name)).toEqual((await readMigrations()).map(({ name }) => name));
  });

  it('that is not there is made up for', async () => {
    const database = await openPglite({ folder, template: join(folder, 'missing.tar.gz') });
    const { rows } = await database.query('select count(*) as count from tickets');
    await database.close();
    expect(rows).toEqual([{ count: 0 }]);
  });
});
