/** Every bench there is, the quick ones first. */
import { cache } from './cache/cache.ts';
import { cold } from './cold.ts';
import type { Bench } from './figure.ts';
import { journal } from './journal.ts';
import { kill } from './kill/kill.ts';
import { merging } from './merge.ts';
import { overhead } from './overhead.ts';
import { queue } from './queue/queue.ts';
import { sandbox } from './sandbox.ts';
import { scheduling } from './schedule/schedule.ts';
import { start } from './start.ts';
import { states } from './states.ts';
import { tamper } from './tamper/tamper.ts';

export const benches: readonly Bench[] = [
  states,
  journal,
  scheduling,
  tamper,
  cold,
  queue,
  merging,
  start,
  sandbox,
  overhead,
  cache,
  kill,
];
