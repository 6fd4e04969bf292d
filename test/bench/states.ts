/** What one transition of the state machines' interpreter costs: from a commit to the next, on the database on disk. */
import type { Database } from '#adapters/postgres/client.ts';
import { createStates } from '#local/states/interpreter.ts';
import { load } from '#local/states/load.ts';
import { systemClock } from '#local/states/timers.ts';
import { machine, task } from '../local/states/samples.ts';
import { bareInserts, openOnDisk, rounds } from './database.ts';
import { type Bench, median, quantile, rounded } from './figure.ts';
import { inFolder } from './folder.ts';

/** A loop of the kinds of state that our machines are made of; the function answers at once. */
const loop = machine({
  Call: task(
    { turn: '{% $states.input.turn %}' },
    {
      Assign: { turn: '{% $states.result.Payload.turn %}' },
      Output: '{% $states.result.Payload %}',
      Next: 'Look',
    },
  ),
  Look: {
    Type: 'Choice',
    Choices: [{ Condition: '{% $states.input.turn < $states.input.turns %}', Next: 'Carry' }],
    Default: 'Done',
  },
  Carry: { Type: 'Pass', Output: '{% $merge([$states.input, {"seen": $turn}]) %}', Next: 'Call' },
  Done: { Type: 'Succeed' },
});

export const states: Bench = {
  name: 'states',
  summary: 'one transition of local/states on the database on disk',
  async run(desk) {
    await inFolder(async (folder) => {
      const database = await openOnDisk(folder);
      try {
        const bare = await bareInserts(database);
        const transitions = await transitionsOn(database);
        const against = {
          what: 'one insert in a transaction of its own, same database',
          value: rounded(median(bare)),
        };
        const found = { unit: 'ms', against };
        desk.report({
          metric: 'transition median',
          value: rounded(median(transitions)),
          goal: '<= 10',
          ...found,
        });
        desk.report({ metric: 'transition p95', value: rounded(quantile(transitions, 0.95)), ...found });
      } finally {
        await database.close();
      }
    });
  },
};

/** Milliseconds between one commit of the interpreter and the next, in one execution that never waits. */
async function transitionsOn(database: Database): Promise<number[]> {
  const commits: number[] = [];
  // Three transitions a turn.
  const turns = Math.ceil((rounds.warm + rounds.measured) / 3);
  let over: (status: string) => void = () => {};
  const end = new Promise<string>((resolve) => {
    over = resolve;
  });
  let turn = 0;
  const interpreter = createStates({
    db: {
      ...database,
      transaction: async (fn) => {
        const result = await database.transaction(fn);
        commits.push(performance.now());
        return result;
      },
    },
    machines: { main: load(loop, 'main') },
    functions: { work: async () => ({ turn: ++turn, turns }) },
    clock: systemClock,
    newToken: () => 'never asked for',
    random: Math.random,
    log: (_level, message) => over(message),
    onEnd: ({ status }) => over(status),
  });
  try {
    await interpreter.recover();
    await interpreter.start('main', 'bench', { turn: 0, turns });
    const status = await end;
    if (status !== 'succeeded') throw new Error(`The execution ended as ${status}.`);
  } finally {
    await interpreter.close();
  }
  return commits.slice(rounds.warm).map((at, index) => at - (commits[rounds.warm + index - 1] ?? at));
}
