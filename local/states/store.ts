import type { Database, Sql } from '#adapters/postgres/client.ts';
import { appendTransition } from '#adapters/postgres/queries/states/append-transition.ts';
import { closeToken } from '#adapters/postgres/queries/states/close-token.ts';
import { dropThreads } from '#adapters/postgres/queries/states/drop-threads.ts';
import { type Ending, endExecution } from '#adapters/postgres/queries/states/end-execution.ts';
import { issueToken } from '#adapters/postgres/queries/states/issue-token.ts';
import { putThread } from '#adapters/postgres/queries/states/put-thread.ts';
import type { TransitionRow } from '#adapters/postgres/queries/states/rows.ts';
import { type NewExecution, startExecution } from '#adapters/postgres/queries/states/start-execution.ts';
import { VersionConflict } from '#core/errors.ts';
import type { Thread } from './thread.ts';

/** All that one transition writes; it is saved in one transaction or not at all. */
export interface Write {
  at: string;
  put: readonly Thread[];
  drop: readonly string[];
  transition: TransitionRow | null;
  issue: readonly { token: string; thread: string }[];
  close: readonly { token: string; answer: string | null }[];
  /** An execution that this transition starts, with its first thread. */
  begin: { row: NewExecution; thread: Thread } | null;
  ending: Ending | null;
}

function tokenOf(thread: Thread): string | null {
  return thread.phase.kind === 'active' ? thread.phase.token : null;
}

async function put(tx: Sql, execution: string, thread: Thread): Promise<void> {
  const { id, version, state, phase } = thread;
  if (!(await putThread(tx, { execution, id, version, state, phase: phase.kind, body: thread })))
    throw new VersionConflict(`Thread ${id} of ${execution} was moved by another interpreter`, {
      execution,
      id,
    });
}

/** Inserts an execution with its first thread; false when the name is taken. */
export async function insertExecution(tx: Sql, row: NewExecution, thread: Thread): Promise<boolean> {
  if (!(await startExecution(tx, row))) return false;
  await put(tx, row.name, thread);
  const token = tokenOf(thread);
  if (token) await issueToken(tx, { token, execution: row.name, thread: thread.id, issuedAt: row.startedAt });
  return true;
}

/** @throws VersionConflict when another interpreter has written; nothing is saved then */
export async function save(db: Database, execution: string, write: Write): Promise<void> {
  await db.transaction(async (tx) => {
    // Drop first: an attempt that forks again makes threads of the same ids.
    if (write.drop.length > 0) await dropThreads(tx, execution, write.drop);
    for (const thread of write.put) await put(tx, execution, thread);
    if (write.transition) await appendTransition(tx, execution, write.transition);
    for (const one of write.close) await closeToken(tx, { ...one, at: write.at });
    for (const one of write.issue) await issueToken(tx, { ...one, execution, issuedAt: write.at });
    if (write.begin && !(await insertExecution(tx, write.begin.row, write.begin.thread)))
      throw new VersionConflict(`Execution ${write.begin.row.name} exists`, {
        execution: write.begin.row.name,
      });
    if (write.ending && !(await endExecution(tx, execution, write.ending, write.at)))
      throw new VersionConflict(`Execution ${execution} was ended by another interpreter`, { execution });
  });
}
