/** discover: work that an agent found and that is not its own. */
import { z } from 'zod';
import { Finding } from '#core/discovery/discovery.ts';
import type { Gateway } from '../gateway.ts';
import { defineTool, observed, type Tool } from './tool.ts';

export interface DiscoverOptions {
  readonly gateway: Gateway;
  /** Saves the tree before the sandbox ends. */
  readonly save: () => Promise<void>;
  /** Whether the run belongs to a task; before that, findings are notes for the next phases. */
  readonly working: boolean;
  /** Files with conflict markers, where what the run waited for met its own work. */
  readonly conflicts: readonly string[];
}

/** Whether the call may let go of the sandbox, so that its result comes in another attempt. */
export function mayWait(input: unknown): boolean {
  const parsed = Finding.pick({ kind: true, blocking: true }).safeParse(input);
  if (!parsed.success) return false;
  const { kind, blocking } = parsed.data;
  return kind === 'clarification' || (kind === 'dependency' && blocking);
}

const whileWorking =
  'Reports work that you found and that is not yours. The platform decides at once and tells you: a task that another builder does; for missing_requirement a change that a person approves; for clarification a question to a person, and you go on with the answer; for a blocking dependency a task that is done first, while you wait (call discover alone for these two). Report each thing once, with the paths that it writes. Do not report what your own task or another one covers.';
const before =
  'Notes something for the phases after yours: a bug, a risk, a gap that you found on the way and that does not belong into what you hand in. No task comes of it by itself.';

const wholeFinding = z.strictObject({
  ...Finding.shape,
  blocking: Finding.shape.blocking.describe('Your own work cannot be finished without it'),
});
/** Before there are tasks, how they would fit in cannot be said. */
const note = z.strictObject({
  kind: Finding.shape.kind,
  title: Finding.shape.title,
  detail: Finding.shape.detail,
});

export function discoverTool({ gateway, save, working, conflicts }: DiscoverOptions): Tool {
  return defineTool({
    name: 'discover',
    changes: 'nothing',
    description: working ? whileWorking : before,
    input: working ? wholeFinding : note,
    run: async (told) => {
      const found = Finding.parse(told);
      if (working && mayWait(found)) await save();
      const { accepted, message, hold } = await gateway.discovery(found);
      if (hold !== null) return { outcome: { type: 'held', reason: hold } };
      if (!accepted) return observed(`Not taken: ${message}`);
      return observed(mayWait(found) ? withConflicts(message, conflicts) : message);
    },
  });
}

function withConflicts(message: string, conflicts: readonly string[]): string {
  if (conflicts.length === 0) return message;
  return `${message}\n\nIt meets your own changes: these files hold conflict markers, resolve them first:\n${conflicts.map((path) => `- ${path}`).join('\n')}`;
}
