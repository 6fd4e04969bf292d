import { writeSync } from 'node:fs';
import { z } from 'zod';
import { createStates } from '#local/states/interpreter.ts';
import { load } from '#local/states/load.ts';
import { systemClock } from '#local/states/timers.ts';
import { openDatabase } from './host.ts';
import { machine, task, waiting } from './samples.ts';

/**
 * A host of its own process, to be killed: opens the data folder, recovers, starts execution `x` and answers its tokens.
 * Each call of a function is one line `call <key>` on stdout; the last line is `end <status> <output>`.
 */

const folder = process.argv[2] ?? '';
const say = (line: string) => writeSync(1, `${line}\n`);
const key = '{% $states.context.State.Name & " " & $states.context.State.EnteredTime %}';

const definition = machine({
  One: task({ key }, { Assign: { first: '{% $states.result.Payload %}' }, Next: 'Two' }),
  Two: waiting({ key }, { TimeoutSeconds: 60, HeartbeatSeconds: 30, Next: 'Three' }),
  Three: { Type: 'Wait', Seconds: 1, Next: 'Four' },
  Four: task({ key }, { Output: ['{% $first %}', '{% $states.result.Payload %}'], End: true }),
});

const db = await openDatabase(folder);
let issued = 0;
const states = createStates({
  db,
  machines: { main: load(definition, 'main') },
  functions: {
    work: async (raw) => {
      const payload = z.object({ key: z.string(), token: z.string().optional() }).parse(raw);
      say(`call ${payload.key} ${payload.token ?? ''}`);
      const { token } = payload;
      // Time to be killed in the middle of a call.
      await new Promise((resolve) => setTimeout(resolve, 30));
      if (token) setTimeout(() => void states.succeed(token, 'answered'), 30);
      return payload.key.split(' ')[0];
    },
  },
  clock: systemClock,
  newToken: () => `token-${process.pid}-${++issued}`,
  random: Math.random,
  log: (level, message) => say(`${level} ${message}`),
  onEnd: (row) => {
    say(`end ${row.status} ${JSON.stringify(row.output)}`);
  },
});
await states.recover();
await states.start('main', 'x', {});
const now = await states.describe('x');
// Killed after its last commit and before it could say so.
if (now.status !== 'running') say(`end ${now.status} ${JSON.stringify(now.output)}`);
// A token that was handed out, whose answerer died with the last process, is answered by this one.
const open = await db.query('select token from states_tokens where closed_at is null');
for (const { token } of open.rows)
  setTimeout(() => {
    states.succeed(z.string().parse(token), 'answered').catch((error: unknown) => {
      // Answered meanwhile by the function's own timer: the same answer is harmless, so this is a fault.
      say(`error ${String(error)}`);
    });
  }, 60);
