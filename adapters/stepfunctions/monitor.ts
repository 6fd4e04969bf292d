/** The monitoring loop: one execution of the monitor machine at a time, and none while nothing needs it. */
import type { Leases } from '#adapters/dynamodb/leases.ts';
import type { Clock } from '#core/id.ts';
import type { Workflow } from '#core/workflow.ts';

/** The lease's name; its holder is the execution that looks. */
const lease = 'monitor';

/** Three looks may fail in a row before another loop takes over. A look comes every 30 s. */
const leaseSeconds = 120;

/** What starts and ends the loop. */
export interface MonitorDeps {
  readonly leases: Leases;
  readonly workflow: Pick<Workflow, 'start'>;
  readonly clock: Clock;
  /** A name that no execution has had. */
  readonly newName: () => string;
}

/** Starts the loop unless one is at work. May be called for every event. */
export async function awaken({ leases, workflow, clock, newName }: MonitorDeps): Promise<void> {
  const name = newName();
  if (!(await leases.take(lease, name, clock(), leaseSeconds))) return;
  await workflow.start('monitor', name, { execution: name });
}

/** Whether this execution still is the loop; renews its lease. */
export function stillMine(
  { leases, clock }: Pick<MonitorDeps, 'leases' | 'clock'>,
  name: string,
): Promise<boolean> {
  return leases.take(lease, name, clock(), leaseSeconds);
}

/** Ends the loop. An event that comes from now on starts another. */
export function rest({ leases }: Pick<MonitorDeps, 'leases'>, name: string): Promise<void> {
  return leases.leave(lease, name);
}
