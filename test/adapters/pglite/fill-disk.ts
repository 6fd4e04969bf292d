/** Run on a disk of its own: opens a data folder there, fills the disk, and prints what a transaction and a query say before, meanwhile and after. */
import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openPglite } from '#adapters/pglite/open.ts';

const [, , disk = '', template = ''] = process.argv;
const ballast = join(disk, 'ballast');
const outcome = (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => 'written',
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );

/** Leaves 30 MB free: half of what a transaction asks for. */
async function fill(): Promise<void> {
  const { bavail, bsize } = await statfs(disk);
  await writeFile(ballast, new Uint8Array(bavail * bsize - 30_000_000));
}

const outcomes: string[] = [];
const folder = join(disk, 'data');
const database = await openPglite({ folder, template });
await database.query('create table t (n integer)');
const write = async (n: number): Promise<void> => {
  outcomes.push(await outcome(database.transaction((tx) => tx.query('insert into t values ($1)', [n]))));
};
await write(1);
await fill();
await write(2);
const { rows } = await database.query('select n from t');
await rm(ballast);
await write(3);
await database.close();
await fill();
outcomes.push(await outcome(openPglite({ folder })));
await rm(ballast);
outcomes.push(await outcome(openPglite({ folder }).then((again) => again.close())));
process.stdout.write(`${JSON.stringify({ outcomes, rows })}\n`);
