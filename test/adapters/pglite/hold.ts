/**
 * A process of its own on a data folder: opens it, says `open` or the error's name, then appends rows to the table `t`
 * and says each number once it is committed, until it is killed. With the argument `lock` it takes the lock alone.
 */
import { lockFolder } from '#adapters/pglite/lock.ts';
import { openPglite } from '#adapters/pglite/open.ts';

const [, , folder = '', what = 'rows', template = ''] = process.argv;
const say = (line: string): boolean => process.stdout.write(`${line}\n`);

try {
  if (what === 'lock') {
    await lockFolder(folder);
    say('open');
    setInterval(() => {}, 60_000);
  } else {
    const database = await openPglite({ folder, template });
    say('open');
    await database.query('create table if not exists t (n integer)');
    for (let n = 0; ; n += 1) {
      await database.query('insert into t values ($1)', [n]);
      say(String(n));
    }
  }
} catch (error) {
  say(error instanceof Error ? error.name : String(error));
}
