/** The steps of the monitor machine: a look, and what is recorded when looking itself fails. */
import { z } from 'zod';
import { awaken, type MonitorDeps, rest, stillMine } from '#adapters/stepfunctions/monitor.ts';
import { InvalidInput } from '#core/errors.ts';
import { type LookDeps, look, type Seen } from './look.ts';

const Call = z.looseObject({
  step: z.string(),
  execution: z.string().min(1),
  startedAt: z.string(),
  error: z.looseObject({ Error: z.string().optional(), Cause: z.string().optional() }).optional(),
});
type Call = z.infer<typeof Call>;

/** A day: an execution holds 25,000 events, and one look makes about ten. */
const longestMs = 24 * 3_600_000;

export interface MonitorStepDeps extends LookDeps, Omit<MonitorDeps, 'workflow' | 'clock'> {
  readonly starts: MonitorDeps['workflow'];
  readonly failed: (message: string, data: Readonly<Record<string, unknown>>) => void;
}

/** `monitor.look` answers whether to look again; `monitor.fail` records, and hands on to another loop. */
export function createMonitor(deps: MonitorStepDeps): (input: unknown) => Promise<Seen> {
  const { leases, clock, newName, starts: workflow } = deps;
  const handOver = async ({ execution }: Call): Promise<Seen> => {
    await rest({ leases }, execution);
    await awaken({ leases, clock, newName, workflow });
    return { active: false };
  };
  return async (input) => {
    const call = Call.parse(input);
    switch (call.step) {
      case 'monitor.look': {
        // Another loop took over while this one could not look.
        if (!(await stillMine({ leases, clock }, call.execution))) return { active: false };
        const seen = await look(deps);
        const old = Date.parse(clock()) - Date.parse(call.startedAt) > longestMs;
        if (seen.active) return old ? handOver(call) : seen;
        await rest({ leases }, call.execution);
        // What began between the look and the rest found the lease taken: look once more without it.
        return (await look(deps)).active ? handOver(call) : { active: false };
      }
      case 'monitor.fail':
        deps.failed('Looking after runs failed; another loop takes over.', { error: call.error });
        return handOver(call);
      default:
        throw new InvalidInput(`There is no step ${call.step}.`);
    }
  };
}
